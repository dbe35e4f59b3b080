//! What stands in Endpoints.

use super::Scene;

#[test]
fn addresses_with_the_same_ports_are_packed_into_one_subset() {
    Scene::new()
        .tell(
            "
            service web: x = 80 -> p, y = 81 -> q
            pod a (10.244.1.2): p = 1000, q = 2000
            pod b (10.244.1.3): p = 1000
            pod c (10.244.1.4): p = 1000, q = 2001
            ",
        )
        .expect(
            "
            endpoints x=1000: 10.244.1.2, 10.244.1.3, 10.244.1.4
            endpoints y=2000: 10.244.1.2
            endpoints y=2001: 10.244.1.4
            ",
        );
}

#[test]
fn terminating_pods_are_out_unless_those_that_are_not_ready_are_published() {
    Scene::new()
        .tell(
            "
            service web: 80
            pod a (10.244.1.9)
            pod b (10.244.1.10): ; not ready
            pod c (10.244.1.100): ; terminating
            ",
        )
        .expect("endpoints 80: 10.244.1.9; not ready 10.244.1.10")
        .tell("service web: 80; published")
        .expect("endpoints 80: 10.244.1.10, 10.244.1.100, 10.244.1.9");
}

#[test]
fn only_the_first_family_shows() {
    Scene::new()
        .tell(
            "
            service web: 80; families IPv6 IPv4
            pod a (10.244.1.2,fd00::2)
            pod b (10.244.1.3)
            ",
        )
        .expect("endpoints 80: fd00::2");
}

#[test]
fn a_headless_service_without_ports_has_addresses_and_another_has_none() {
    Scene::new()
        .tell(
            "
            service web: ; headless
            service plain:
            pod a (10.244.1.2)
            ",
        )
        .expect(
            "
            endpoints: 10.244.1.2
            endpoints:
            ",
        );
}
