package io.saddlebag.snapshot.vss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W10")
class ShadowScriptTest {
    private static final String WORK = "C:\\Saddlebag\\var\\vss\\s1\\";
    private static final String VIEWS = "C:\\Saddlebag\\var\\views\\";

    private static ShadowScript.Order order(List<String> volumes, String writer) {
        return new ShadowScript.Order(
                volumes,
                List.of(Path.of(VIEWS + "saddlebag-s1-0"), Path.of(VIEWS + "saddlebag-s1-1")),
                List.of(writer),
                Path.of(WORK + "metadata.cab"),
                Path.of(WORK + "hold.cmd"));
    }

    @Test
    @Tag("W6")
    void the_script_is_the_golden_one_with_the_end_of_the_backup_behind_the_wait() throws IOException {
        assertThat(ShadowScript.creation(order(List.of("C:", "O:"), "{26d02976-b909-43ad-af7e-62a4f625e372}")))
                .isEqualTo(Sessions.lines("creation.dsh"));
    }

    @Test
    void the_batch_file_is_the_golden_one() throws IOException {
        assertThat(ShadowScript.hold(3600)).isEqualTo(Sessions.lines("hold.cmd"));
    }

    @Test
    void sets_are_deleted_by_id_only() {
        assertThat(ShadowScript.deletion("{afca95ea-15c2-4467-8f35-70e36c7ed6fe}"))
                .containsExactly("delete shadows set {afca95ea-15c2-4467-8f35-70e36c7ed6fe}", "exit");
        for (String id : List.of("all", "", "{afca95ea}", "{afca95ea-15c2-4467-8f35-70e36c7ed6fe} all")) {
            assertThatIllegalArgumentException().as(id).isThrownBy(() -> ShadowScript.deletion(id));
        }
    }

    @Test
    @Tag("X13")
    void nothing_gets_into_a_script_that_could_be_another_command() {
        String writer = "{26d02976-b909-43ad-af7e-62a4f625e372}";
        for (String volume : List.of("O", "o:", "O: alias X", "O:\ndelete shadows all", "%O%:")) {
            assertThatIllegalArgumentException()
                    .as(volume)
                    .isThrownBy(() -> ShadowScript.creation(order(List.of(volume), writer)));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShadowScript.creation(order(List.of("O:"), "Oracle\r\ndelete shadows all")));
        for (String path :
                List.of("C:\\with space", "C:\\%TEMP%", "C:\\a\"b", "C:\\\u8a66", "C:\\a\nexit", "C:\\a&b")) {
            assertThat(ShadowScript.isPlain(Path.of(path))).as(path).isFalse();
        }
    }

    @Test
    void paths_of_windows_are_values_on_any_machine() {
        assertThat(WindowsPath.parse("o:\\app\\oradata\\ORCL"))
                .contains(new WindowsPath("O:", List.of("app", "oradata", "ORCL")));
        assertThat(WindowsPath.parse("C:\\")).contains(new WindowsPath("C:", List.of()));
        assertThat(WindowsPath.parse("C:/Users/x\\\\y")).contains(new WindowsPath("C:", List.of("Users", "x", "y")));
        for (String text : List.of(
                "",
                "C:",
                "C:relative",
                "\\\\server\\share\\x",
                "\\\\?\\C:\\x",
                "/srv/data",
                "C:\\a\\..\\b",
                "C:\\a*",
                "C:\\a\nb",
                "CC:\\a",
                "C:\\a:stream")) {
            assertThat(WindowsPath.parse(text)).as(text).isEmpty();
        }
    }
}
