package io.saddlebag.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D9")
class ConsoleTest {
    private final List<String> recorded = new ArrayList<>();
    private final Console console = new Console(Pattern.compile("up and running"), recorded::add);

    @Test
    void the_marker_ends_the_machine_and_is_remembered() {
        console.line("booting");

        assertThatThrownBy(() -> console.line("all is up and running now")).isInstanceOf(Console.Ended.class);

        assertThat(console.seen()).isEqualTo("all is up and running now");
        assertThat(recorded).containsExactly("console: booting", "console: all is up and running now");
    }

    @Test
    void a_panic_ends_the_machine_at_once() {
        assertThatThrownBy(() -> console.line("[ 1.0] Kernel panic - not syncing: no init"))
                .isInstanceOf(Console.Ended.class);

        assertThat(console.seen()).isNull();
        assertThat(console.lastWords()).isEqualTo("it said last: [ 1.0] Kernel panic - not syncing: no init");
    }

    @Test
    void what_comes_while_the_machine_ends_is_only_recorded() {
        assertThatThrownBy(() -> console.line("up and running")).isInstanceOf(Console.Ended.class);

        console.line("up and running, again");

        assertThat(console.seen()).isEqualTo("up and running");
    }

    /** The transcript is read on a terminal. */
    @Test
    @Tag("Q13")
    void a_guest_can_send_a_terminal_no_orders() {
        console.line("\u001b[2J\u001b]0;title\u0007[  \u001b[0;32mOK\u001b[0m ] Reached\b\r\t\u001bMtarget\u009b");

        assertThat(recorded).containsExactly("console: [  OK ] Reachedtarget");
    }

    @Test
    @Tag("Q9")
    @Tag("Q13")
    void a_guest_that_talks_for_ever_fills_no_transcript() {
        for (int i = 0; i < Console.MAX_RECORDED + 100; i++) {
            console.line("x");
        }

        assertThat(recorded).hasSize(Console.MAX_RECORDED + 1);
        assertThat(recorded.get(Console.MAX_RECORDED)).isEqualTo("console: (further lines are not recorded)");
        assertThat(console.lastWords()).isEqualTo("it said last: x / x / x / x / x");
        assertThatThrownBy(() -> console.line("up and running")).isInstanceOf(Console.Ended.class);
    }

    @Test
    void silence_is_said_too() {
        assertThat(console.lastWords()).isEqualTo("it said nothing");
    }
}
