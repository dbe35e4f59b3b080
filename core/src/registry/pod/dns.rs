//! The names that a pod resolves in its own way: nameservers, search paths, entries of `/etc/hosts`.
//!
//! Models `validatePodDNSConfig` and `ValidateHostAliases` of `pkg/apis/core/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, ip, names};
use crate::registry::check as rules;
use alloc::format;

const NAMESERVERS_MAX: usize = 3;
const SEARCHES_MAX: usize = 32;
/// All search paths together, with spaces between them.
const SEARCH_LIST_MAX: usize = 2048;

pub(super) fn check_config(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let config = spec.get("dnsConfig");
    let (nameservers, searches) = (config.get("nameservers"), config.get("searches"));
    if spec.get("dnsPolicy").str() == "None" && nameservers.is_empty() {
        errors.push(match config {
            Value::Null => field::required(at, "must provide `dnsConfig` when `dnsPolicy` is None"),
            _ => {
                let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
                field::required(&(at / "nameservers"), detail)
            }
        });
        return;
    }
    let servers_at = at / "nameservers";
    if nameservers.items().len() > NAMESERVERS_MAX {
        let detail = format!("must not have more than {NAMESERVERS_MAX} nameservers");
        errors.push(field::invalid(&servers_at, nameservers, detail));
    }
    for (i, server) in nameservers.items().iter().enumerate() {
        errors.extend(ip::check_legacy(&(&servers_at / i), server.str(), &[]));
    }
    let searches_at = at / "searches";
    let list = searches.items();
    if list.len() > SEARCHES_MAX {
        let detail = format!("must not have more than {SEARCHES_MAX} search paths");
        errors.push(field::invalid(&searches_at, searches, detail));
    }
    let length = list.iter().map(|s| s.str().len()).sum::<usize>() + list.len().saturating_sub(1);
    if length > SEARCH_LIST_MAX {
        let detail = format!(
            "must not have more than {SEARCH_LIST_MAX} characters (including spaces) in the search list"
        );
        errors.push(field::invalid(&searches_at, searches, detail));
    }
    for (i, search) in list.iter().enumerate().filter(|(_, s)| s.str() != ".") {
        let name = search.str().strip_suffix('.').unwrap_or(search.str());
        rules::complain(&(&searches_at / i), name, names::dns1123_subdomain_with_underscore(name), errors);
    }
    let options = at / "options";
    for (i, option) in config.get("options").items().iter().enumerate() {
        if option.get("name").is_empty() {
            errors.push(field::required(&(&options / i), "must not be empty"));
        }
    }
}

pub(super) fn check_host_aliases(at: &Path<'_>, aliases: &Value, errors: &mut Errors) {
    for (i, alias) in aliases.items().iter().enumerate() {
        let at = at / i;
        errors.extend(ip::check_legacy(&(&at / "ip"), alias.get("ip").str(), &[]));
        let hostnames = &at / "hostnames";
        for (j, name) in alias.get("hostnames").items().iter().enumerate() {
            rules::complain(&(&hostnames / j), name.str(), names::dns1123_subdomain(name.str()), errors);
        }
    }
}
