package io.saddlebag.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W4")
class DatabaseOptionsTest {
    @Test
    void durations_take_both_forms() throws Exception {
        assertThat(duration("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(duration("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(duration("PT5M")).isEqualTo(Duration.ofMinutes(5));
        assertThat(duration("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(of(Map.of()).duration("timeout", Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
        refused(() -> duration("5"), "option timeout of database orders can't be \"5\"", "Give a duration such as 90s");
        refused(() -> duration("0s"), "can't be \"0s\"", "more than zero");
        refused(() -> duration("99999999999999999999h"), "can't be \"999", "Give a duration");
    }

    @Test
    void ports_paths_and_lists_say_what_is_valid() throws Exception {
        assertThat(of(Map.of("port", 65_535)).port("port", 1)).isEqualTo(65_535);
        refused(
                () -> of(Map.of("port", 65_536)).port("port", 1),
                "option port of database orders can't be \"65536\"",
                "Give a port from 1 to 65535.");
        refused(() -> of(Map.of("port", "x")).port("port", 1), "\"x\"", "Give a port");
        assertThat(of(Map.of("data", "/a/../b")).path("data")).isEqualTo(Path.of("/b"));
        refused(() -> of(Map.of("data", "b")).path("data"), "\"b\"", "Give an absolute path.");
        refused(() -> of(Map.of()).path("data"), "option data of database orders is missing", "Add data");
        assertThat(of(Map.of("stop", List.of("/bin/x", 5))).list("stop")).containsExactly("/bin/x", "5");
        refused(
                () -> of(Map.of("stop", "/bin/x -a")).list("stop"),
                "\"/bin/x -a\"",
                "each argument an item of its own");
        refused(() -> of(Map.of("user", " ")).text("user"), "\" \"", "Give a text");
    }

    @Test
    void an_option_that_there_is_not_is_named_with_those_that_there_are() {
        refused(
                () -> of(Map.of("dta", "/x")).allowOnly("bin", "data"),
                "option dta of database orders can't be \"/x\"",
                "Give one of the options bin, data.");
    }

    private static Duration duration(String text) throws BackupException {
        return of(Map.of("timeout", text)).duration("timeout", Duration.ZERO);
    }

    private static DatabaseOptions of(Map<String, ?> values) {
        return new DatabaseOptions("orders", values);
    }

    private static void refused(ThrowingCallable reading, String what, String hint) {
        assertThatThrownBy(reading).isInstanceOfSatisfying(BackupException.class, failure -> {
            assertThat(failure.is(DatabaseFault.BAD_CONFIGURATION)).isTrue();
            assertThat(failure.what()).contains(what);
            assertThat(failure.hint()).contains(hint);
        });
    }
}
