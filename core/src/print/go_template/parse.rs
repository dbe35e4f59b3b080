//! The text of a template, read into what is to be done.
//!
//! Models `text/template/parse/parse.go`.

use super::functions;
use super::lex::{self, Token};
use crate::base::Value;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[derive(Clone, Debug)]
pub enum Node {
    Text(String),
    Print(Pipe),
    If(Pipe, Vec<Node>, Vec<Node>),
    With(Pipe, Vec<Node>, Vec<Node>),
    Range(Pipe, Vec<Node>, Vec<Node>),
}

/// Commands, each of which gets what the one before it returned; the variables that are set to the last one's.
#[derive(Clone, Debug)]
pub struct Pipe {
    pub(super) variables: Vec<String>,
    pub(super) declares: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

#[derive(Clone, Debug)]
pub(super) enum Operand {
    Constant(Value),
    Variable(String),
    Dot,
    Function(String),
    Pipe(Pipe),
    Field(Box<Operand>, String),
}

/// Reads a template, or says what is wrong with it.
pub fn parse(text: &str) -> Result<Vec<Node>, String> {
    let mut parser = Parser { whole: text, rest: text };
    let (nodes, end) = parser.list().map_err(|problem| parser.at(&problem))?;
    match end {
        Stop::Text => Ok(nodes),
        Stop::End => Err(parser.at("unexpected {{end}}")),
        Stop::Else(_) => Err(parser.at("unexpected {{else}}")),
    }
}

struct Parser<'a> {
    whole: &'a str,
    rest: &'a str,
}

/// What a list of nodes ended with.
enum Stop {
    /// That of the text.
    Text,
    End,
    /// What follows, of `else if`.
    Else(Vec<Token>),
}

impl Parser<'_> {
    fn at(&self, problem: &str) -> String {
        let read = self.whole.len().saturating_sub(self.rest.len());
        let line = self.whole.get(..read).unwrap_or_default().matches('\n').count() + 1;
        format!("template: output:{line}: {problem}")
    }

    fn list(&mut self) -> Result<(Vec<Node>, Stop), String> {
        let mut nodes = Vec::new();
        loop {
            let Some((before, inside)) = self.rest.split_once("{{") else {
                nodes.push(Node::Text(self.rest.to_string()));
                self.rest = "";
                return Ok((nodes, Stop::Text));
            };
            let trims = inside.strip_prefix('-').filter(|i| i.starts_with(char::is_whitespace));
            let before = if trims.is_some() { before.trim_end() } else { before };
            nodes.push(Node::Text(before.to_string()));
            self.rest = trims.unwrap_or(inside);
            if let Some(comment) = self.rest.trim_start().strip_prefix("/*") {
                let (_, behind) = comment.split_once("*/").ok_or("unclosed comment")?;
                let dashed = behind.trim_start().strip_prefix("-}}").map(str::trim_start);
                self.rest = dashed
                    .or_else(|| behind.strip_prefix("}}"))
                    .ok_or("comment ends before closing delimiter")?;
                continue;
            }
            let (tokens, behind) = lex::action(self.rest)?;
            self.rest = behind;
            let tokens = trimmed(tokens);
            let (keyword, words) = match tokens.split_first() {
                None => return Err("missing value for command".to_string()),
                Some((Token::Word(word), rest)) => (word.as_str(), rest),
                Some(_) => ("", tokens.as_slice()),
            };
            match keyword {
                "end" => return Ok((nodes, Stop::End)),
                "else" => return Ok((nodes, Stop::Else(trimmed(words.to_vec())))),
                "if" | "with" | "range" => nodes.push(self.branch(keyword, words)?),
                "template" | "block" | "define" | "break" | "continue" => {
                    return Err(format!("unexpected {{{{{keyword}}}}}"));
                }
                _ => nodes.push(Node::Print(pipe(&tokens)?)),
            }
        }
    }

    /// The list for what holds, and the one for what does not.
    fn branch(&mut self, keyword: &str, words: &[Token]) -> Result<Node, String> {
        let condition = pipe(words)?;
        let (then, end) = self.list()?;
        let otherwise = match end {
            Stop::Text => return Err("unexpected EOF".to_string()),
            Stop::End => Vec::new(),
            Stop::Else(words) => match words.split_first() {
                Some((Token::Word(word), rest)) if word == keyword && keyword != "range" => {
                    Vec::from([self.branch(keyword, rest)?])
                }
                Some(_) => return Err("unexpected token in else".to_string()),
                None => match self.list()? {
                    (otherwise, Stop::End) => otherwise,
                    (_, Stop::Text) => return Err("unexpected EOF".to_string()),
                    (_, Stop::Else(_)) => return Err("expected end; found {{else}}".to_string()),
                },
            },
        };
        Ok(match keyword {
            "if" => Node::If(condition, then, otherwise),
            "with" => Node::With(condition, then, otherwise),
            _ => Node::Range(condition, then, otherwise),
        })
    }
}

fn trimmed(mut tokens: Vec<Token>) -> Vec<Token> {
    while tokens.last() == Some(&Token::Space) {
        tokens.pop();
    }
    let blanks = tokens.iter().take_while(|t| **t == Token::Space).count();
    tokens.drain(..blanks);
    tokens
}

fn pipe(tokens: &[Token]) -> Result<Pipe, String> {
    let is_sign = |t: &Token| matches!(t, Token::Sign(":=" | "="));
    let (mut variables, mut declares, mut body) = (Vec::new(), false, tokens);
    if let Some(at) = tokens.iter().position(is_sign) {
        let (names, rest) = tokens.split_at(at);
        declares = rest.first() == Some(&Token::Sign(":="));
        body = rest.get(1..).unwrap_or_default();
        for token in names {
            match token {
                Token::Variable(name) => variables.push(name.clone()),
                Token::Space | Token::Sign(",") => {}
                _ => return Err("unexpected \":=\" in operand".to_string()),
            }
        }
    }
    let mut reader = Reader { tokens: body, at: 0 };
    let commands = reader.commands()?;
    match reader.tokens.get(reader.at) {
        None => Ok(Pipe { variables, declares, commands }),
        Some(_) => Err("unexpected \")\" in command".to_string()),
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Reader<'_> {
    fn commands(&mut self) -> Result<Vec<Vec<Operand>>, String> {
        let mut commands = Vec::from([Vec::new()]);
        while let Some(token) = self.tokens.get(self.at).cloned() {
            if token == Token::Sign(")") {
                break;
            }
            self.at += 1;
            if token == Token::Sign("|") {
                commands.push(Vec::new());
                continue;
            }
            if token == Token::Space {
                continue;
            }
            let operand = self.operand(token)?;
            commands.last_mut().into_iter().for_each(|command| command.push(operand.clone()));
        }
        match commands.iter().any(Vec::is_empty) {
            true => Err("missing value for command".to_string()),
            false => Ok(commands),
        }
    }

    fn operand(&mut self, token: Token) -> Result<Operand, String> {
        let mut operand = match token {
            Token::Text(text) => Operand::Constant(Value::from(text)),
            Token::Number(text) => Operand::Constant(number(&text)?),
            Token::Variable(name) => Operand::Variable(name),
            Token::Field(name) if name.is_empty() => Operand::Dot,
            Token::Field(name) => Operand::Field(Box::new(Operand::Dot), name),
            Token::Word(word) => match word.as_str() {
                "true" | "false" => Operand::Constant(Value::Bool(word == "true")),
                "nil" => Operand::Constant(Value::Null),
                name if functions::is_known(name) => Operand::Function(word),
                _ => return Err(format!("function \"{word}\" not defined")),
            },
            Token::Sign("(") => {
                let commands = self.commands()?;
                if self.tokens.get(self.at) != Some(&Token::Sign(")")) {
                    return Err("unclosed left paren".to_string());
                }
                self.at += 1;
                Operand::Pipe(Pipe { variables: Vec::new(), declares: false, commands })
            }
            Token::Sign(sign) => return Err(format!("unexpected \"{sign}\" in operand")),
            Token::Space => return Err("missing value for command".to_string()),
        };
        while let Some(Token::Field(name)) =
            self.tokens.get(self.at).filter(|t| **t != Token::Field(String::new()))
        {
            operand = Operand::Field(Box::new(operand), name.clone());
            self.at += 1;
        }
        Ok(operand)
    }
}

fn number(text: &str) -> Result<Value, String> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    match (plain.parse::<i64>(), plain.parse::<f64>()) {
        (Ok(int), _) => Ok(Value::Int(int)),
        (_, Ok(_)) => Ok(Value::Number(plain.into())),
        _ => Err(format!("bad number syntax: \"{text}\"")),
    }
}
