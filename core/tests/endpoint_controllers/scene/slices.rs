//! What stands in slices, and into which slices it is put.

use super::Scene;
use std::fmt::Write;

#[test]
fn a_named_target_port_is_resolved_by_each_pod_for_itself() {
    Scene::new()
        .tell(
            "
            service web: 80 -> http
            pod a (10.244.1.2): http = 8080
            pod b (10.244.1.3): http = 9090
            pod c (10.244.1.4)
            ",
        )
        .expect(
            "
            slice 8080: 10.244.1.2
            slice 9090: 10.244.1.3
            slice: 10.244.1.4
            ",
        );
}

#[test]
fn a_name_is_looked_up_with_its_protocol_in_containers_and_sidecars() {
    Scene::new()
        .tell(
            "
            service web: 80 -> http
            pod a (10.244.1.2): http = 8080/UDP
            pod b (10.244.1.3): http = 8080; init
            pod c (10.244.1.4): http = 8080; sidecar
            ",
        )
        .expect(
            "
            slice: 10.244.1.2, 10.244.1.3
            slice 8080: 10.244.1.4
            ",
        );
}

#[test]
fn conditions_follow_the_pod() {
    Scene::new()
        .tell(
            "
            service web: 80
            pod a (10.244.1.2)
            pod b (10.244.1.3): ; not ready
            pod c (10.244.1.4): ; terminating
            pod d (10.244.1.5): ; terminating; not ready
            pod e (10.244.1.6): ; ended
            pod f
            ",
        )
        .expect(
            "slice 80: 10.244.1.2, 10.244.1.3 not ready, 10.244.1.4 not ready terminating serving, 10.244.1.5 not ready terminating",
        )
        .tell("service web: 80; published")
        .expect(
            "slice 80: 10.244.1.2, 10.244.1.3 not serving, 10.244.1.4 terminating, 10.244.1.5 terminating not serving",
        );
}

#[test]
fn every_family_has_a_slice_and_every_pod_stands_where_it_has_an_address() {
    Scene::new()
        .tell(
            "
            service web: 80; families IPv4 IPv6
            pod a (10.244.1.2,fd00::2)
            pod b (fd00:0:0::3)
            ",
        )
        .expect(
            "
            slice 80: 10.244.1.2
            slice v6 80: fd00::2, fd00::3
            ",
        )
        .tell("no pod a")
        .expect(
            "
            slice:
            slice v6 80: fd00::3
            ",
        )
        .tell("service web: 80; families IPv6")
        .expect("slice v6 80: fd00::3");
}

#[test]
fn a_pod_in_the_subdomain_of_the_service_keeps_its_name() {
    Scene::new()
        .tell(
            "
            service web: 80; headless
            pod a (10.244.1.2): ; named db-0
            ",
        )
        .expect("slice 80: 10.244.1.2 named db-0");
}

#[test]
fn pods_on_nodes_that_are_not_there_wait_for_them() {
    Scene::new()
        .tell(
            "
            service web: 80
            pod a (10.244.1.2) on late
            ",
        )
        .expect(
            "
            slice:
            event FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default/web: skipping Pod a for Service default/web: Node late Not Found
            event FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default/web: skipping Pod a for Service default/web: Node late Not Found
            event FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default/web: skipping Pod a for Service default/web: Node late Not Found
            ",
        )
        .tell("node late: zone z")
        .expect("slice: ")
        .tell("service web: 80; label x=y")
        .expect("slice 80: 10.244.1.2 in z");
}

fn pods(range: std::ops::Range<u32>) -> String {
    range.fold(String::new(), |mut lines, i| {
        let _ = writeln!(lines, "pod p{i:03} (10.244.{}.{})", i / 250, i % 250);
        lines
    })
}

#[test]
fn a_slice_holds_a_hundred_and_the_fullest_that_changes_anyway_is_filled_first() {
    let mut scene = Scene::new();
    scene.tell(&pods(0..150)).tell("service web: 80");
    scene.expect("slice 80: 100 endpoints\nslice 80: 50 endpoints");
    // One more fits into the second slice; a pod that goes leaves room that is filled only with the next change there.
    scene.tell(&pods(150..151)).expect("slice 80: 100 endpoints\nslice 80: 51 endpoints");
    scene.tell("no pod p000").expect("slice 80: 99 endpoints\nslice 80: 51 endpoints");
}

#[test]
fn pods_that_come_together_fill_the_slice_they_fit_into_best_or_get_their_own() {
    let mut scene = Scene::new();
    scene.tell("service web: 80").at_once(&pods(0..60)).expect("slice 80: 60 endpoints");
    scene.at_once(&pods(100..150)).expect("slice 80: 60 endpoints\nslice 80: 50 endpoints");
    scene.at_once(&pods(200..240)).expect("slice 80: 100 endpoints\nslice 80: 50 endpoints");
    // What is left when a slice that changes anyway is full goes into a new one.
    let mut more = pods(300..360);
    more.push_str("pod p200 (10.244.9.9)\n");
    scene.at_once(&more).expect("slice 80: 100 endpoints\nslice 80: 50 endpoints\nslice 80: 60 endpoints");
    scene
        .tell("service web: 81")
        .expect("slice 81: 100 endpoints\nslice 81: 100 endpoints\nslice 81: 10 endpoints");
}

#[test]
fn a_service_that_goes_takes_its_slices_along() {
    Scene::new()
        .tell(
            "
            service web: 80
            pod a (10.244.1.2)
            ",
        )
        .expect("slice 80: 10.244.1.2")
        .tell("no service web")
        .expect("");
}
