//! Which zones and nodes endpoints are hinted for.

use super::Scene;

const TWO_ZONES: &str = "
    node n1: zone a, cpu 2
    node n2: zone b, cpu 2
    pod a (10.244.1.2) on n1
    pod b (10.244.2.2) on n2
";

#[test]
fn each_value_of_traffic_distribution_gives_its_hints_to_ready_endpoints() {
    Scene::new()
        .tell(TWO_ZONES)
        .tell(
            "
            pod c (10.244.1.3) on n1: ; not ready
            node n3
            pod d (10.244.3.2) on n3
            service web: 80; distribution PreferClose
            ",
        )
        .expect("slice 80: 10.244.1.2 in a for zone a, 10.244.2.2 in b for zone b, 10.244.1.3 not ready in a, 10.244.3.2")
        .tell("service web: 80; distribution PreferSameNode")
        .expect(
            "slice 80: 10.244.1.2 in a for zone a for node n1, 10.244.2.2 in b for zone b for node n2, 10.244.1.3 not ready in a, 10.244.3.2 for node n3",
        )
        .tell("service web: 80")
        .expect("slice 80: 10.244.1.2 in a, 10.244.2.2 in b, 10.244.1.3 not ready in a, 10.244.3.2");
}

#[test]
fn mode_auto_beats_the_distribution_and_says_so_once() {
    Scene::new()
        .tell(TWO_ZONES)
        .tell("service web: 80; auto; distribution PreferSameNode")
        .expect(
            "
            slice 80: 10.244.1.2 in a for zone a, 10.244.2.2 in b for zone b
            event TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4
            ",
        )
        .tell("service web: 80; auto; label x=y")
        .tell("service web: 80; label x=y")
        .expect(
            "
            slice 80: 10.244.1.2 in a, 10.244.2.2 in b
            event TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4
            ",
        );
}

#[test]
fn mode_auto_lends_endpoints_to_the_zone_with_more_cpu() {
    Scene::new()
        .tell(
            "
            node n1: zone a, cpu 3
            node n2: zone b, cpu 1
            node cp: control plane
            node n4: zone c, cpu 8, not ready
            pod a (10.244.1.2) on n1
            pod b (10.244.1.3) on n1
            pod c (10.244.2.2) on n2
            pod d (10.244.2.3) on n2
            service web: 80; auto
            ",
        )
        .expect("slice 80: 10.244.1.2 in a for zone a, 10.244.1.3 in a for zone a, 10.244.2.2 in b for zone a, 10.244.2.3 in b for zone b");
}

#[test]
fn mode_auto_says_why_it_gives_no_hints() {
    for (lines, why) in [
        (
            "node n3",
            "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes",
        ),
        (
            "no node n2",
            "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes",
        ),
        ("no pod b", "Insufficient number of endpoints (1 endpoints, 2 zones)"),
        (
            "node n2: zone b, cpu 18\nnode n2: zone b, cpu 18, not ready\nnode n2: zone b, cpu 18",
            "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (2 endpoints, 2 zones)",
        ),
        (
            "node n3: zone c, cpu 2, not ready\nnode n3: not ready\npod c (10.244.3.2) on n3\npod d (10.244.3.3) on n3",
            "One or more endpoints do not have a zone specified",
        ),
    ] {
        let event = format!("event TopologyAwareHintsDisabled: {why}, addressType: IPv4");
        let mut scene = Scene::new();
        scene.tell(TWO_ZONES).tell(lines).tell("service web: 80; auto");
        scene.cluster.events.retain(|e| e[1].starts_with("Topology"));
        scene.cluster.events.dedup();
        scene.expect(&event);
    }
}

#[test]
fn more_cpu_alone_moves_no_hints_but_another_node_does() {
    let mut scene = Scene::new();
    let pods = (2..6).map(|i| format!("pod a{i} (10.244.1.{i}) on n1\npod b{i} (10.244.2.{i}) on n2\n"));
    scene.tell("node n1: zone a, cpu 2\nnode n2: zone b, cpu 2").tell(&pods.collect::<String>());
    scene.tell("service web: 80; auto");
    let hinted = |scene: &Scene| {
        let slices = scene.cluster.store.list("endpointslices.discovery.k8s.io", "default");
        let endpoints = slices.flat_map(|s| s.value().get("endpoints").items()).cloned();
        let zones = endpoints.map(|e| e.get("hints").get("forZones").items()[0].get("name").str().to_owned());
        zones.filter(|z| z == "a").count()
    };
    assert_eq!(hinted(&scene), 4);
    scene.tell("node n1: zone a, cpu 6").tell("service web: 80; auto; label x=y");
    assert_eq!(hinted(&scene), 4);
    scene.tell("node n3: zone b, cpu 0.1").tell("service web: 80; auto; label x=z");
    // Six of eight parts of the CPU are worth 5.9 endpoints: upstream lends whole ones only.
    assert_eq!(hinted(&scene), 5);
}
