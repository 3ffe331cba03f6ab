package io.saddlebag.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M29")
class ProtectionTest {
    @Test
    void defaults_are_those_of_the_guide() {
        assertThat(Protection.DISK_DEFAULT).hasToString("S:RWED,O:RE,G,W");
        assertThat(Protection.TAPE_DEFAULT).hasToString("S:RW,O:R,G,W");
    }

    @Test
    void on_tape_a_class_gets_what_less_restricted_classes_have() {
        assertThat(Protection.parseForTape("(S,O,G:W,W:R)")).hasToString("S:RW,O:RW,G:RW,W:R");
        assertThat(Protection.parseForTape("S,O,G,W")).hasToString("S:RW,O,G,W");
        assertThat(Protection.parseForTape("S,O,G,W:RWED")).hasToString("S:RW,O:RW,G:RW,W:RW");
        assertThat(Protection.parseForTape("O:W")).hasToString("S:RW,O:W,G,W");
        assertThat(Protection.parseForTape("W:R")).hasToString("S:RW,O:R,G:R,W:R");
    }

    @Test
    void on_disk_it_stays_as_it_is() {
        assertThat(Protection.parseForDisk("(S,O,G:W,W:R)")).hasToString("S,O,G:W,W:R");
        assertThat(Protection.parseForDisk("W:R")).hasToString("S:RWED,O:RE,G,W:R");
        assertThat(Protection.parseForDisk(" ( system = dewr , OWNER:er, g , World:R ) "))
                .hasToString("S:RWED,O:RE,G,W:R");
    }

    @Test
    void what_is_printed_reads_as_the_same() {
        Random random = new Random(29);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (String who : new String[] {"S", "O", "G", "W"}) {
                text.append(text.isEmpty() ? "" : ",").append(who).append(":");
                for (String may : new String[] {"R", "W", "E", "D"}) {
                    text.append(random.nextBoolean() ? may : "");
                }
            }
            Protection disk = Protection.parseForDisk(text.toString());
            assertThat(Protection.parseForDisk(disk.toString())).isEqualTo(disk);
            Protection tape = Protection.parseForTape(text.toString());
            assertThat(Protection.parseForTape(tape.toString())).isEqualTo(tape);
            assertThat(tape).isEqualTo(disk.onTape());
        }
    }

    @Test
    void what_is_none_is_refused_with_what_would_be() {
        for (String bad : new String[] {"", "S:X", "A:R", "S:R,S:W", "S:R;O", "(S:R", "S:R,,W"}) {
            assertThatThrownBy(() -> Protection.parseForTape(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + bad + "' is not a protection")
                    .hasMessageContaining("valid are S, O, G, W with any of R, W, E, D, as in (S:RWED,O:RE,G,W)");
        }
    }

    @Test
    void files_get_the_owners_the_groups_and_the_worlds_bits() {
        assertThat(Protection.DISK_DEFAULT.fileMode()).isEqualTo(0500);
        assertThat(Protection.parseForDisk("S,O:RW,G:R,W").fileMode()).isEqualTo(0640);
        assertThat(Protection.parseForDisk("S:RWED,O:RWED,G:RE,W:E").fileMode()).isEqualTo(0751);
    }

    @Test
    void users_are_in_the_most_restricted_class_that_fits() {
        Owner jane = Owner.parse("jane");
        assertThat(jane.classOf(Requester.system("root"))).isEqualTo(UserClass.SYSTEM);
        assertThat(jane.classOf(Requester.user("jane"))).isEqualTo(UserClass.OWNER);
        assertThat(jane.classOf(Requester.user("john"))).isEqualTo(UserClass.WORLD);
        Owner sales = Owner.parse("[sales,jane]");
        assertThat(sales.classOf(new Requester("jane", Set.of("sales"), false))).isEqualTo(UserClass.OWNER);
        assertThat(sales.classOf(new Requester("john", Set.of("sales"), false))).isEqualTo(UserClass.GROUP);
        assertThat(sales.classOf(new Requester("jane", Set.of("ops"), false))).isEqualTo(UserClass.WORLD);
        Owner together = Owner.parse("secretaries");
        assertThat(together.classOf(new Requester("john", Set.of("secretaries"), false)))
                .isEqualTo(UserClass.OWNER);
    }

    @Test
    void owners_are_users_groups_and_members() {
        assertThat(Owner.parse(" [ sales , jane ] ")).hasToString("[sales,jane]");
        assertThat(Owner.parse("[0123,45]")).hasToString("[0123,45]");
        assertThat(Owner.parse("jane")).hasToString("jane");
        for (String bad : new String[] {"", "[sales]", "[sales,]", "a,b", "x".repeat(33)}) {
            assertThatThrownBy(() -> Owner.parse(bad)).hasMessageContaining("'" + bad + "' is not an owner; valid are");
        }
    }
}
