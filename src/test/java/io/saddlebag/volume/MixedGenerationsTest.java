package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.media.Volume;
import io.saddlebag.scsi.memory.LtoGeneration;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A library in which not every cartridge suits the drive. */
@Tag("M5")
@Tag("M15")
class MixedGenerationsTest {
    private final QuickWaiter waiter = new QuickWaiter();
    private final ScsiSite site =
            new ScsiSite(ScsiSite.Layout.of(60, "AAA001L7", "BBB002L8", "CCC003LA"), new MemoryVolumeRegister());

    private ScsiSite.Program open() throws Exception {
        return site.open(new ScsiSite.Visitor("p", waiter, site.locks, site.register, false));
    }

    private void generations(LtoGeneration first, LtoGeneration second, LtoGeneration third) {
        site.cartridge("AAA001L7").lto(first);
        site.cartridge("BBB002L8").lto(second);
        site.cartridge("CCC003LA").lto(third);
    }

    @Test
    void a_cartridge_that_the_drive_can_not_use_is_passed_over_and_put_back() throws Exception {
        generations(LtoGeneration.LTO_7, LtoGeneration.LTO_8, LtoGeneration.LTO_10);
        site.tape(1).lto(LtoGeneration.LTO_10);

        StoredImage stored;
        try (ScsiSite.Program program = open()) {
            stored = program.append("one", null, "abcd");
            assertThat(program.read(stored)).isEqualTo("abcd");
        }

        assertThat(site.register.volumes())
                .extracting(Volume::barcode)
                .as("volumes")
                .containsExactly(new Barcode("CCC003LA"));
        assertThat(List.of(
                        site.cartridge("AAA001L7").drawing(),
                        site.cartridge("BBB002L8").drawing()))
                .containsOnly("");
        assertThat(site.changer.placeOf("AAA001L7"))
                .isEqualTo(site.changer.addresses().storage().first());
        assertThat(site.notes)
                .anyMatch(note -> note.contains("AAA001L7") && note.contains("can't be used: drive drive1 can't use"));
    }

    @Test
    @Tag("Q11")
    void the_job_says_why_a_new_cartridge_takes_so_long() throws Exception {
        generations(LtoGeneration.LTO_9, LtoGeneration.LTO_9, LtoGeneration.LTO_9);
        site.tape(1).lto(LtoGeneration.LTO_9).measures(Duration.ofMinutes(40), waiter::nanos);

        try (ScsiSite.Program program = open()) {
            program.append("one", null, "abcd");
        }

        assertThat(site.notes)
                .anyMatch(note -> note.contains("a new LTO-9 cartridge is measured"))
                .anyMatch(note -> note.contains("drive drive1 is ready after 40 minutes"));
    }

    @Test
    void a_volume_that_the_drive_can_not_read_is_an_error_that_names_the_drive() throws Exception {
        generations(LtoGeneration.LTO_8, LtoGeneration.LTO_9, LtoGeneration.LTO_9);
        site.tape(1).lto(LtoGeneration.LTO_8);
        StoredImage stored;
        try (ScsiSite.Program program = open()) {
            stored = program.append("one", null, "abcd");
            ProgramRace.putAway(program);
        }
        site.tape(1).lto(LtoGeneration.LTO_10);

        try (ScsiSite.Program program = open()) {
            assertThatThrownBy(() -> program.read(stored))
                    .isInstanceOfSatisfying(
                            TapeException.class, e -> assertThat(e.code()).isEqualTo(TapeFault.UNUSABLE_MEDIUM))
                    .hasMessageContaining("drive drive1 can't use the cartridge in it (3/30/00)");
        }
        assertThat(site.register.volumes()).extracting(Volume::state).containsExactly(Volume.State.APPENDABLE);
    }

    @Test
    void a_volume_that_one_drive_can_not_read_is_read_by_another() throws Exception {
        ScsiSite two =
                new ScsiSite(ScsiSite.Layout.of(60, "AAA001L7", "BBB002L8").drives(3), new MemoryVolumeRegister());
        two.cartridge("AAA001L7").lto(LtoGeneration.LTO_8);
        two.cartridge("BBB002L8").lto(LtoGeneration.LTO_10);
        two.tapes.forEach(tape -> tape.lto(LtoGeneration.LTO_8));
        StoredImage stored;
        try (ScsiSite.Program program = two.open("p")) {
            stored = program.append("one", null, "abcd");
            ProgramRace.putAway(program);
        }
        two.tape(1).lto(LtoGeneration.LTO_10);
        two.tape(2).lto(LtoGeneration.LTO_10);

        try (ScsiSite.Program program = two.open("q")) {
            assertThat(program.read(stored)).isEqualTo("abcd");
        }

        assertThat(two.notes)
                .contains("q: drive drive1 can't use the cartridge in it (3/30/00); another drive is tried")
                .contains("q: drive drive2 can't use the cartridge in it (3/30/00); another drive is tried");
        assertThat(two.tape(3).cartridge()).contains(two.cartridge("AAA001L7"));
        assertThat(two.tape(1).cartridge()).isEmpty();
    }

    @Test
    void a_reader_that_has_a_drive_which_can_not_read_the_next_volume_gives_it_back() throws Exception {
        ScsiSite two =
                new ScsiSite(ScsiSite.Layout.of(60, "AAA001L7", "BBB002L8").drives(2), new MemoryVolumeRegister());
        two.cartridge("AAA001L7").lto(LtoGeneration.LTO_8);
        two.cartridge("BBB002L8").lto(LtoGeneration.LTO_8);
        two.tapes.forEach(tape -> tape.lto(LtoGeneration.LTO_8));
        StoredImage stored;
        String data = "abcd".repeat(70);
        try (ScsiSite.Program program = two.open("p")) {
            stored = program.append("one", null, data);
            assertThat(stored.sections()).hasSize(2);
            ProgramRace.putAway(program);
        }
        two.cartridge("BBB002L8").lto(LtoGeneration.LTO_10);
        two.tape(2).lto(LtoGeneration.LTO_10);

        try (ScsiSite.Program program = two.open("q")) {
            assertThat(program.read(stored)).isEqualTo(data);
            program.plain.reserve(Element.drive(1)).close();
        }

        assertThat(two.tape(2).cartridge()).contains(two.cartridge("BBB002L8"));
    }

    @Test
    void a_volume_that_the_drive_only_reads_is_read_and_not_appended_to() throws Exception {
        generations(LtoGeneration.LTO_5, LtoGeneration.LTO_7, LtoGeneration.LTO_7);
        site.tape(1).lto(LtoGeneration.LTO_5);
        StoredImage stored;
        try (ScsiSite.Program program = open()) {
            stored = program.append("one", null, "abcd");
            ProgramRace.putAway(program);
        }
        site.tape(1).lto(LtoGeneration.LTO_7);

        try (ScsiSite.Program program = open()) {
            assertThat(program.read(stored)).isEqualTo("abcd");
            StoredImage next = program.append("two", null, "efgh");
            assertThat(site.register
                            .find(next.sections().get(0).volume())
                            .orElseThrow()
                            .barcode())
                    .isEqualTo(new Barcode("BBB002L8"));
        }
    }
}
