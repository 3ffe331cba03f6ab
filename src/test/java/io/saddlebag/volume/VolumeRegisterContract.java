package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.protection.Protection;
import io.saddlebag.tape.BlockAddress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every {@link VolumeRegister} does. */
public abstract class VolumeRegisterContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    /** An empty one. */
    protected abstract VolumeRegister register() throws IOException;

    /** Another process's view of the same register. */
    protected abstract VolumeRegister elsewhere() throws IOException;

    @Test
    @Tag("M20")
    void ids_count_up_from_1_in_each_sequence() throws IOException {
        VolumeRegister register = register();

        assertThat(register.nextId("full", "full-")).hasToString("full-000001");
        assertThat(elsewhere().nextId("full", "full-")).hasToString("full-000002");
        assertThat(register.nextId("domain", "VOL")).hasToString("VOL000001");
        assertThat(register.nextId("full", "full-")).hasToString("full-000003");
    }

    @Test
    @Tag("M20")
    void an_id_that_somebody_has_or_had_is_passed_over() throws IOException {
        VolumeRegister register = register();
        register.record(volume("VOL000001", null));
        register.record(volume("VOL000002", null));
        register.forget(new VolumeId("VOL000002"));

        assertThat(register.nextId("domain", "VOL")).hasToString("VOL000003");
        assertThat(register.nextId("another", "VOL")).hasToString("VOL000004");
    }

    @Test
    @Tag("M20")
    void a_prefix_that_can_t_make_an_id_is_refused_and_takes_no_number() throws IOException {
        VolumeRegister register = register();

        assertThatThrownBy(() -> register.nextId("s", "a".repeat(26))).isInstanceOf(IllegalArgumentException.class);

        assertThat(register.nextId("s", "a".repeat(25)).value()).hasSize(31).endsWith("000001");
    }

    @Test
    @Tag("M20")
    void gives_back_all_that_was_recorded() throws IOException {
        VolumeRegister register = register();
        Volume full = new Volume(
                new VolumeId("full-000001"),
                new Barcode("SBG001L9"),
                "full",
                new VolumeId("full-000001"),
                1,
                "root",
                Protection.parseForTape("S,O,G:W,W:R"),
                "host1",
                NOON,
                NOON.plusSeconds(1),
                NOON.plusSeconds(2),
                4,
                new BlockAddress(99),
                Volume.State.FULL);
        register.record(volume("VOL000001", null));
        register.record(full);

        assertThat(elsewhere().volumes()).containsExactly(volume("VOL000001", null), full);
        assertThat(elsewhere().find(full.id())).contains(full);
        assertThat(elsewhere().find(new Barcode("SBG001L9"))).contains(full);
        assertThat(elsewhere().find(new VolumeId("other"))).isEmpty();
        assertThat(elsewhere().find(new Barcode("OTHER"))).isEmpty();
    }

    @Test
    @Tag("M20")
    void the_newest_record_counts() throws IOException {
        VolumeRegister register = register();
        register.record(volume("VOL000002", "SBG001"));
        register.record(volume("VOL000001", "SBG001"));

        assertThat(register.find(new Barcode("SBG001"))).contains(volume("VOL000001", "SBG001"));
        register.record(volume("VOL000002", "SBG001"));
        assertThat(register.find(new Barcode("SBG001"))).contains(volume("VOL000002", "SBG001"));
        register.record(volume("VOL000002", "SBG002"));
        assertThat(register.volumes()).containsExactly(volume("VOL000001", "SBG001"), volume("VOL000002", "SBG002"));
    }

    @Test
    @Tag("M22")
    void families_are_added_and_replaced_and_volumes_keep_what_they_have() throws IOException {
        VolumeRegister register = register();
        var weekly = new MediaFamily("weekly", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME);
        var content = new MediaFamily("database-default", null, null, MediaFamily.Expiration.CONTENT);
        Volume written = volume("VOL000001", null);
        register.record(written);
        register.defineFamilies(List.of(weekly, content));

        var longer = new MediaFamily("weekly", Duration.ofDays(9), null, MediaFamily.Expiration.TIME);
        register.defineFamilies(List.of(longer));

        assertThat(elsewhere().families()).containsExactly(content, longer);
        assertThat(register.find(written.id())).contains(written);
    }

    protected static Volume volume(String id, @Nullable String barcode) {
        return new Volume(
                new VolumeId(id),
                barcode == null ? null : new Barcode(barcode),
                null,
                new VolumeId(id),
                1,
                "root",
                null,
                "host1",
                NOON,
                null,
                null,
                0,
                new BlockAddress(3),
                Volume.State.APPENDABLE);
    }
}
