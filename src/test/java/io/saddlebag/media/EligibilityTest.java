package io.saddlebag.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.media.Decision.Reason;
import io.saddlebag.protection.Requester;
import io.saddlebag.tape.BlockAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EligibilityTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final MediaFamily FULL =
            new MediaFamily("full", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME);

    private final List<Volume> volumes = new ArrayList<>();
    private final List<Cartridge> cartridges = new ArrayList<>();

    private void volume(String id, String family, String owner, Instant created, Volume.State state) {
        MediaFamily f = family == null ? null : FULL;
        volumes.add(new Volume(
                new VolumeId(id),
                new Barcode("B" + id),
                family,
                new VolumeId(id),
                1,
                owner,
                null,
                "h",
                created,
                Expiry.writeWindowEnd(f, created),
                Expiry.expires(f, created),
                1,
                new BlockAddress(6),
                state));
        cartridge("B" + id, null);
    }

    private void volume(String id, Volume.State state) {
        volume(id, "full", "jane", NOON, state);
    }

    private void cartridge(String barcode, Cartridge.Obstacle obstacle) {
        cartridges.add(new Cartridge(
                Element.slot(cartridges.size() + 1), barcode == null ? null : new Barcode(barcode), obstacle));
    }

    private List<String> decide(Wish.Purpose purpose, Instant now) {
        return Eligibility.decide(
                        cartridges,
                        volumes,
                        new Wish(purpose, "full", Requester.user("jane"), 1, null, now),
                        Holds.NONE)
                .stream()
                .map(d -> d.cartridge().at() + " " + d.reason())
                .toList();
    }

    private List<String> decide(Instant now) {
        return decide(Wish.Purpose.START_IMAGE, now);
    }

    @Test
    @Tag("M21")
    void seven_days_and_fourteen_from_new_years_noon_end_on_the_22nd_at_noon() {
        assertThat(Expiry.writeWindowEnd(FULL, NOON)).isEqualTo("2026-01-08T12:00:00Z");
        assertThat(Expiry.expires(FULL, NOON)).isEqualTo("2026-01-22T12:00:00Z");
        assertThat(Expiry.hasPassed(Expiry.expires(FULL, NOON), Instant.parse("2026-01-22T11:59:59Z")))
                .isFalse();
        assertThat(Expiry.hasPassed(Expiry.expires(FULL, NOON), Instant.parse("2026-01-22T12:00:00Z")))
                .isTrue();
    }

    @Test
    @Tag("M22")
    void what_is_kept_for_ever_or_by_content_does_not_expire_by_time() {
        Duration week = Duration.ofDays(7);
        assertThat(Expiry.expires(null, NOON)).isNull();
        assertThat(Expiry.expires(new MediaFamily("f", week, null, MediaFamily.Expiration.TIME), NOON))
                .isNull();
        assertThat(Expiry.expires(new MediaFamily("f", null, week, MediaFamily.Expiration.TIME), NOON))
                .isNull();
        assertThat(Expiry.expires(new MediaFamily("f", week, week, MediaFamily.Expiration.CONTENT), NOON))
                .isNull();
        assertThat(Expiry.hasPassed(null, Instant.MAX)).isFalse();
    }

    @Test
    @Tag("M15")
    @Tag("M21")
    void appending_comes_first_then_blank_ones_then_what_may_be_overwritten() {
        volume("full-000001", "full", "jane", NOON.minus(Duration.ofDays(40)), Volume.State.FULL);
        volume("full-000002", "full", "jane", NOON.minus(Duration.ofDays(50)), Volume.State.FULL);
        volume("full-000003", Volume.State.REUSABLE);
        cartridge("NEW", null);
        volume("full-000004", Volume.State.APPENDABLE);
        volume("VOL000001", null, "jane", NOON, Volume.State.REUSABLE);
        assertThat(decide(NOON))
                .containsExactly(
                        "se5 NEWEST_OF_FAMILY",
                        "se4 UNKNOWN",
                        "se3 REUSABLE",
                        "se6 REUSABLE",
                        "se2 EXPIRED",
                        "se1 EXPIRED");
    }

    @Test
    @Tag("M15")
    @Tag("M21")
    @Tag("J13")
    void what_something_else_needs_is_passed_over_whether_it_expired_or_was_given_back() {
        volume("full-000001", "full", "jane", NOON.minus(Duration.ofDays(50)), Volume.State.FULL);
        volume("full-000002", Volume.State.REUSABLE);
        volume("full-000003", "full", "jane", NOON.minus(Duration.ofDays(40)), Volume.State.FULL);
        Hold hold = new Hold(Hold.Kind.PARENT, "backup 3 of orders is based on backup 1 on it", null);
        Holds holds = new Holds(
                Map.of(new VolumeId("full-000001"), List.of(hold), new VolumeId("full-000002"), List.of(hold)));
        Wish wish = new Wish(Wish.Purpose.START_IMAGE, "full", Requester.user("jane"), 1, null, NOON);

        List<Decision> decisions = Eligibility.decide(cartridges, volumes, wish, holds);

        assertThat(decisions)
                .extracting(d -> d.cartridge().at() + " " + d.reason() + " " + d.use())
                .containsExactly("se3 EXPIRED OVERWRITE", "se1 NEEDED NONE", "se2 NEEDED NONE");
        assertThat(decisions.get(1).toString())
                .endsWith("volume full-000001, is needed: backup 3 of orders is based on backup 1 on it");
    }

    @Test
    @Tag("M28")
    @Tag("M21")
    void several_drives_may_append_to_the_newest_of_as_many_sets_and_never_to_two_of_one() {
        volume("full-000001", Volume.State.APPENDABLE);
        volume("full-000002", Volume.State.APPENDABLE);
        volume("full-000003", Volume.State.FULL);
        inSet("full-000002", "full-000004", Volume.State.APPENDABLE);
        assertThat(appendable(1)).containsExactly("full-000004");
        assertThat(appendable(2)).containsExactly("full-000004");
        assertThat(appendable(3)).containsExactly("full-000001", "full-000004");
    }

    private List<String> appendable(int sets) {
        Wish wish = new Wish(Wish.Purpose.START_IMAGE, "full", Requester.user("jane"), sets, null, NOON);
        return Eligibility.appendable(volumes, wish).stream()
                .map(v -> v.id().value())
                .toList();
    }

    /** The volume that a set goes on with. */
    private void inSet(String set, String id, Volume.State state) {
        volume(id, state);
        Volume v = volumes.remove(volumes.size() - 1);
        volumes.add(new Volume(
                v.id(),
                v.barcode(),
                v.family(),
                new VolumeId(set),
                2,
                v.owner(),
                v.protection(),
                v.host(),
                v.created(),
                v.writeWindowEnds(),
                v.expires(),
                v.files(),
                v.endOfData(),
                v.state()));
    }

    @Test
    @Tag("M15")
    @Tag("M10")
    void every_cartridge_that_is_passed_over_has_its_reason() {
        volume("full-000001", Volume.State.APPENDABLE);
        volume("full-000002", Volume.State.FULL);
        volume("full-000003", Volume.State.SUSPECT);
        volume("other-000001", "other", "jane", NOON, Volume.State.APPENDABLE);
        volume("full-000004", "full", "joe", NOON, Volume.State.APPENDABLE);
        cartridge("CLN001", null);
        cartridge("P", Cartridge.Obstacle.WRITE_PROTECTED);
        cartridge("U", Cartridge.Obstacle.IN_USE);
        cartridge("M", Cartridge.Obstacle.IN_MAIL_SLOT);
        cartridge("T", Cartridge.Obstacle.TRIED_IN_VAIN);
        assertThat(decide(NOON))
                .containsExactlyInAnyOrder(
                        "se1 NOT_NEWEST",
                        "se2 FULL",
                        "se3 SUSPECT",
                        "se4 OTHER_FAMILY",
                        "se5 OTHER_OWNER",
                        "se6 CLEANING",
                        "se7 WRITE_PROTECTED",
                        "se8 IN_USE",
                        "se9 IN_MAIL_SLOT",
                        "se10 TRIED_IN_VAIN");
        assertThat(Eligibility.decide(
                                cartridges,
                                volumes,
                                new Wish(Wish.Purpose.START_IMAGE, "full", Requester.user("jane"), 1, null, NOON),
                                Holds.NONE)
                        .toString())
                .contains("cartridge Bfull-000002 in se2, volume full-000002, is full and has not expired");
    }

    @Test
    @Tag("M21")
    void the_window_closes_and_the_set_expires_on_the_second() {
        volume("full-000001", Volume.State.APPENDABLE);
        assertThat(decide(NOON.plus(Duration.ofDays(7)).minusNanos(1))).containsExactly("se1 NEWEST_OF_FAMILY");
        assertThat(decide(NOON.plus(Duration.ofDays(7)))).containsExactly("se1 WINDOW_CLOSED");
        assertThat(decide(NOON.plus(Duration.ofDays(21)).minusNanos(1))).containsExactly("se1 WINDOW_CLOSED");
        assertThat(decide(NOON.plus(Duration.ofDays(21)))).containsExactly("se1 EXPIRED");
    }

    @Test
    @Tag("M21")
    void the_newest_counts_wherever_it_is_and_whatever_the_clock_said() {
        volume("full-000001", "full", "jane", NOON.plusSeconds(3600), Volume.State.APPENDABLE);
        volume("full-000002", "full", "jane", NOON, Volume.State.APPENDABLE);
        cartridges.remove(1);
        assertThat(decide(NOON)).containsExactly("se1 NOT_NEWEST");
        volumes.remove(1);
        assertThat(decide(NOON)).containsExactly("se1 NEWEST_OF_FAMILY");
        volume("full-1000000", Volume.State.APPENDABLE);
        assertThat(decide(NOON)).containsExactly("se2 NEWEST_OF_FAMILY", "se1 NOT_NEWEST");
    }

    @Test
    @Tag("M10")
    void a_suspect_or_foreign_volume_is_not_overwritten_even_when_expired() {
        volume("full-000001", Volume.State.SUSPECT);
        volume("full-000002", "full", "joe", NOON, Volume.State.FULL);
        volume("full-000003", "full", "joe", NOON, Volume.State.REUSABLE);
        assertThat(decide(NOON.plus(Duration.ofDays(1000))))
                .containsExactlyInAnyOrder("se1 SUSPECT", "se2 OTHER_OWNER", "se3 OTHER_OWNER");
    }

    @Test
    @Tag("M6")
    void a_section_that_continues_takes_no_volume_with_images() {
        volume("full-000001", Volume.State.APPENDABLE);
        cartridge(null, null);
        assertThat(decide(Wish.Purpose.CONTINUE_IMAGE, NOON))
                .containsExactly("se2 UNKNOWN", "se1 " + Reason.NEEDS_OWN_VOLUME);
    }

    @Test
    @Tag("M20")
    void ids_are_made_from_family_domain_or_a_users_sequence() {
        assertThat(VolumeIds.of(FULL).id(29)).hasToString("full-000029");
        assertThat(VolumeIds.of(null).id(1)).hasToString("VOL000001");
        assertThat(VolumeIds.ofFamily(FULL).id(1_234_567)).hasToString("full-1234567");
        VolumeIds dat = VolumeIds.ofUser("daily", "DAT0100");
        assertThat(dat.id(dat.first())).hasToString("DAT0100");
        assertThat(dat.id(dat.first() + 1)).hasToString("DAT0101");
        VolumeIds la = VolumeIds.ofUser("la", "la");
        assertThat(la.id(la.first())).hasToString("la1");
        VolumeIds number = VolumeIds.ofUser("n", "9");
        assertThat(number.id(number.first() + 1)).hasToString("10");
    }

    @Test
    @Tag("M20")
    void ids_longer_than_31_characters_are_refused() {
        assertThat(VolumeIds.format("x".repeat(25), 1).value()).hasSize(31);
        assertThatThrownBy(() -> VolumeIds.format("x".repeat(26), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("valid are 1 to 31");
        assertThatThrownBy(() -> VolumeIds.ofUser("u", "a b")).hasMessageContaining("'a b1' is not a volume id");
    }
}
