//! A cluster that answers what was recorded.

use crate::made_up::{MadeUp, prefixes};
use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::name::Name;
use domain::base::{Message, MessageBuilder, Record, Serial, Ttl};
use domain::rdata::{A, Aaaa, AllRecordData, Cname, Mx, Ns, Ptr, Soa, Srv, Txt};
use serde_json::{Value, json};
use std::str::FromStr;
use svcscope_core::api::Request;
use svcscope_tests::conformance::play::WATCHED;
use svcscope_tests::conformance::realign::realign;
use svcscope_tests::conformance::recording::{Action, Call, Kubectl, Steps};
use svcscope_tests::conformance::server::{Family, Listings, Printed, Reply, Server};

pub(crate) struct Script<'a> {
    case: &'a Steps,
    values: MadeUp,
    step: usize,
    /// Whether what the step asks has been answered; what is asked then, is to see how the cluster is.
    answered: bool,
    prefixes: Vec<String>,
}

impl<'a> Script<'a> {
    pub(crate) fn new(case: &'a Steps, values: MadeUp) -> Script<'a> {
        Script { case, values, step: 0, answered: false, prefixes: prefixes(case) }
    }

    fn expect(&self) -> Result<&Value, String> {
        self.case.steps[self.step].expect.as_ref().ok_or("nothing was recorded".to_owned())
    }

    /// The step with values in place of variables: what should be asked.
    fn asked(&self) -> Action {
        Action::of(&self.values.value(&self.case.steps[self.step].asked)).unwrap()
    }

    fn recorded(&self) -> Result<Reply, String> {
        let expect = self.values.value(self.expect()?);
        let warnings = expect["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let header = |text: &str| ("Warning".to_owned(), format!("299 - \"{}\"", text.replace('"', "\\\"")));
        let body = match &expect["body"] {
            Value::String(text) => text.clone(),
            Value::Array(events) => events.iter().map(|event| format!("{event}\n")).collect(),
            body => body.to_string(),
        };
        let code = expect["code"].as_u64().and_then(|code| u16::try_from(code).ok()).ok_or("no code")?;
        Ok(Reply { code, headers: warnings.map(header).collect(), body: body.into_bytes() })
    }

    /// A list of what there is: something for each generated name; pods, where the kubelet asks.
    fn list(&self, path: &str) -> Value {
        let pod = |i: u64, options: &Value| {
            let deleted = if options.is_null() { json!("2026-01-01T00:00:00Z") } else { Value::Null };
            json!({"metadata": {"name": format!("p-{i}"), "deletionTimestamp": deleted}, "spec": {"containers": []}})
        };
        let number = |options: &Value, key: &str| options[key].as_u64().unwrap_or(0);
        match self.asked() {
            Action::Ready(options) => {
                (0..number(&options, "skip") + number(&options, "count")).map(|i| pod(i, &options)).collect()
            }
            Action::Gone(_) => json!([pod(0, &Value::Null)]),
            _ if path == WATCHED[0] => {
                self.prefixes.iter().map(|prefix| json!({"metadata": {"generateName": prefix}})).collect()
            }
            _ => json!([]),
        }
    }
}

impl Server for Script<'_> {
    fn begin(&mut self, step: usize) {
        (self.step, self.answered) = (step, false);
    }

    fn call(&mut self, request: &Request) -> Result<Reply, String> {
        if let (Action::Do(Call { method, path, body, .. }), false) = (self.asked(), self.answered) {
            self.answered = true;
            let said = String::from_utf8_lossy(&request.body);
            if (&*request.method, &*request.path, &*said) != (&*method, &*path, &*body.unwrap_or_default()) {
                return Err(format!("asked otherwise: {} {} {said}", request.method, request.path));
            }
            return self.recorded();
        }
        let items = if request.method == "GET" { self.list(&request.path) } else { Value::Null };
        Ok(Reply { code: 200, headers: Vec::new(), body: json!({"items": items}).to_string().into_bytes() })
    }

    fn wait(&mut self, _: i64) {}

    fn now(&self) -> String {
        "2026-01-01T00:00:00Z".to_owned()
    }

    fn dns(&mut self, query: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let expect = self.values.value(self.expect()?);
        let Ok(code) = Rcode::from_str(expect["rcode"].as_str().unwrap_or_default()) else { return Ok(None) };
        let query = Message::from_octets(query).map_err(|e| e.to_string())?;
        let mut answer = MessageBuilder::new_vec().start_answer(&query, code).map_err(|e| e.to_string())?;
        let records = |section: &str| {
            let of = expect["answers"].as_array().into_iter().flatten().filter(|a| a["section"] == section);
            // A server answers in any order.
            of.rev().map(record).collect::<Vec<_>>()
        };
        records("answer").into_iter().try_for_each(|r| answer.push(r)).map_err(|e| e.to_string())?;
        let mut authority = answer.authority();
        records("authority").into_iter().try_for_each(|r| authority.push(r)).map_err(|e| e.to_string())?;
        let mut additional = authority.additional();
        records("additional").into_iter().try_for_each(|r| additional.push(r)).map_err(|e| e.to_string())?;
        Ok(Some(additional.finish()))
    }

    fn kubectl(&mut self, command: &Kubectl) -> Result<Printed, String> {
        let Action::Kubectl(asked) = self.asked() else { return Err("nobody asked".to_owned()) };
        if command.args != asked.args {
            return Err(format!("asked otherwise: {:?}", command.args));
        }
        let expect = self.expect()?;
        let bare = asked.args.iter().any(|arg| arg == "--no-headers");
        let printed = |key: &str, bare| {
            realign(expect[key].as_str().unwrap_or_default(), |cell, _| self.values.text(cell), bare)
        };
        let exit = expect["exit"].as_i64().and_then(|exit| i32::try_from(exit).ok()).ok_or("no exit code")?;
        let raw = expect["raw"].as_str().map(str::to_owned);
        Ok(Printed {
            exit,
            stdout: raw.unwrap_or_else(|| printed("stdout", bare)),
            stderr: printed("stderr", false),
        })
    }

    fn rules(&mut self, _: &str, _: Family, _: &Value) -> Result<Listings, String> {
        Err("no step asks for rules".to_owned())
    }
}

type Data = AllRecordData<Vec<u8>, Name<Vec<u8>>>;

fn record(answer: &Value) -> Record<Name<Vec<u8>>, Data> {
    let ttl = Ttl::from_secs(answer["ttl"].as_u64().and_then(|ttl| u32::try_from(ttl).ok()).unwrap());
    let kind = Rtype::from_str(answer["type"].as_str().unwrap()).unwrap();
    Record::new(
        name(answer["name"].as_str().unwrap()),
        Class::IN,
        ttl,
        data(kind, answer["data"].as_str().unwrap()),
    )
}

fn data(kind: Rtype, text: &str) -> Data {
    let words = text.split(' ').collect::<Vec<_>>();
    let number = |i: usize| words[i].parse::<u16>().unwrap();
    match kind {
        Rtype::A => A::new(text.parse().unwrap()).into(),
        Rtype::AAAA => Aaaa::new(text.parse().unwrap()).into(),
        Rtype::CNAME => Cname::new(name(text)).into(),
        Rtype::NS => Ns::new(name(text)).into(),
        Rtype::PTR => Ptr::new(name(text)).into(),
        Rtype::MX => Mx::new(number(0), name(words[1])).into(),
        Rtype::SRV => Srv::new(number(0), number(1), number(2), name(words[3])).into(),
        Rtype::TXT => Txt::build_from_slice(text.trim_matches('"').as_bytes()).unwrap().into(),
        Rtype::SOA => {
            let (hour, serial) = (Ttl::from_secs(3600), Serial::from(1_767_225_600));
            Soa::new(
                name("ns.dns.cluster.local."),
                name("hostmaster.cluster.local."),
                serial,
                hour,
                hour,
                hour,
                hour,
            )
            .into()
        }
        _ => panic!("a record of type {kind}"),
    }
}

fn name(text: &str) -> Name<Vec<u8>> {
    Name::from_str(text).unwrap()
}
