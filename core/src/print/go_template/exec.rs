//! What a template does.
//!
//! Models `text/template/exec.go`.

use super::functions::{self, is_true, shown};
use super::parse::{Node, Operand, Pipe};
use crate::base::{Value, sort};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

type Variables = Vec<(String, Value)>;

pub(super) fn walk(
    nodes: &[Node],
    dot: &Value,
    variables: &mut Variables,
    out: &mut String,
) -> Result<(), String> {
    let known = variables.len();
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Print(pipe) => {
                let value = run(pipe, dot, variables)?;
                if pipe.variables.is_empty() {
                    out.push_str(&shown(&value));
                }
            }
            Node::If(pipe, then, otherwise) | Node::With(pipe, then, otherwise) => {
                let mark = variables.len();
                let value = run(pipe, dot, variables)?;
                let inner = if matches!(node, Node::With(..)) { &value } else { dot };
                match is_true(&value) {
                    true => walk(then, inner, variables, out)?,
                    false => walk(otherwise, dot, variables, out)?,
                }
                variables.truncate(mark);
            }
            Node::Range(pipe, body, otherwise) => range(pipe, (body, otherwise), dot, variables, out)?,
        }
    }
    variables.truncate(known);
    Ok(())
}

fn range(
    pipe: &Pipe,
    (body, otherwise): (&[Node], &[Node]),
    dot: &Value,
    variables: &mut Variables,
    out: &mut String,
) -> Result<(), String> {
    let mark = variables.len();
    let over = Pipe { variables: Vec::new(), ..pipe.clone() };
    let items = match run(&over, dot, variables)? {
        Value::List(items) => {
            let place = |i: usize| Value::Int(i64::try_from(i).unwrap_or(i64::MAX));
            items.iter().enumerate().map(|(i, item)| (place(i), item.clone())).collect()
        }
        map @ Value::Map(_) => {
            let mut entries = map.entries().to_vec();
            sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
            entries.into_iter().map(|(key, value)| (Value::text(key), value)).collect()
        }
        Value::Null => Vec::new(),
        other => return Err(format!("range can't iterate over {}", shown(&other))),
    };
    if items.is_empty() {
        return walk(otherwise, dot, variables, out);
    }
    for (key, item) in items {
        match pipe.variables.as_slice() {
            [] => {}
            [value] => variables.push((value.clone(), item.clone())),
            [first, second, ..] => {
                variables.push((first.clone(), key));
                variables.push((second.clone(), item.clone()));
            }
        }
        walk(body, &item, variables, out)?;
        variables.truncate(mark);
    }
    Ok(())
}

fn run(pipe: &Pipe, dot: &Value, variables: &mut Variables) -> Result<Value, String> {
    let mut value = None;
    for command in &pipe.commands {
        value = Some(self::command(command, dot, variables, value)?);
    }
    let value = value.unwrap_or_default();
    for name in &pipe.variables {
        let known = variables.iter_mut().rev().find(|(known, _)| known == name).filter(|_| !pipe.declares);
        match known {
            Some((_, known)) => *known = value.clone(),
            None => variables.push((name.clone(), value.clone())),
        }
    }
    Ok(value)
}

/// A command; what came through the pipe is its last argument.
fn command(
    operands: &[Operand],
    dot: &Value,
    variables: &mut Variables,
    last: Option<Value>,
) -> Result<Value, String> {
    match operands.split_first() {
        Some((Operand::Function(name), rest)) => {
            let mut arguments = Vec::new();
            for operand in rest {
                arguments.push(eval(operand, dot, variables)?);
            }
            arguments.extend(last);
            functions::call(name, &arguments)
        }
        Some((first, rest)) if rest.is_empty() && last.is_none() => eval(first, dot, variables),
        Some(_) => Err("can't give argument to non-function".to_string()),
        None => Ok(Value::Null),
    }
}

fn eval(operand: &Operand, dot: &Value, variables: &mut Variables) -> Result<Value, String> {
    match operand {
        Operand::Constant(value) => Ok(value.clone()),
        Operand::Dot => Ok(dot.clone()),
        Operand::Variable(name) => {
            let known = variables.iter().rev().find(|(known, _)| known == name);
            known.map(|(_, value)| value.clone()).ok_or_else(|| format!("undefined variable: {name}"))
        }
        Operand::Function(name) => functions::call(name, &[]),
        Operand::Pipe(pipe) => run(pipe, dot, variables),
        Operand::Field(of, name) => match eval(of, dot, variables)? {
            Value::Null => Ok(Value::Null),
            map @ Value::Map(_) => Ok(map.get(name).clone()),
            _ => Err(format!("can't evaluate field {name} in type interface {{}}")),
        },
    }
}
