package io.saddlebag.database.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.DatabaseOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("W4")
class MariadbSettingsTest {
    @Test
    void only_the_data_directory_has_to_be_named() throws Exception {
        MariadbSettings settings = MariadbSettings.read(new DatabaseOptions("shop", Map.of("data", "/srv/shop")));

        assertThat(settings.server()).isEqualTo(Path.of("/usr/sbin/mariadbd"));
        assertThat(settings.address()).isEqualTo("127.0.0.1:3306");
        assertThat(settings.user()).isEqualTo("root");
        assertThat(settings.check()).isEqualTo(MariadbSettings.Check.OPEN);
        assertThat(settings.start()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            runAs  | my sql             | a user of this machine
            check  | all                | open or tables
            host   | h?option=1         | a host's name or address
            port   | 0                  | a port from 1 to 65535
            socket | run/s.sock         | an absolute path
            bin    | /usr/bin           | one of the options server, data
            start  | systemctl          | a list
            """)
    void what_is_not_valid_is_refused_by_name(String option, String value, String valid) {
        Map<String, Object> options = new TreeMap<>(Map.of("data", "/srv/shop", option, value));
        assertThatThrownBy(() -> MariadbSettings.read(new DatabaseOptions("shop", options)))
                .hasMessageContaining("SBG-D006 option " + option + " of database shop can't be \"" + value + "\"")
                .hasMessageContaining(valid);
    }

    @Test
    void options_that_would_say_something_else_than_the_settings_are_refused() {
        for (String each : List.of("--datadir=/elsewhere", "--defaults-file=/f", "x")) {
            Map<String, Object> options = Map.of("data", "/srv/shop", "serverOptions", List.of(each));
            assertThatThrownBy(() -> MariadbSettings.read(new DatabaseOptions("shop", options)))
                    .hasMessageContaining("option serverOptions of database shop can't be \"" + each + "\"");
        }
    }

    @Test
    void places_are_read_from_what_the_server_says_of_itself() {
        Path data = Path.of("/srv/shop");
        ServerVariables variables = ServerVariables.ofHelp(
                data,
                List.of(
                        "innodb-undo-directory   of an explanation before the table",
                        "Variables (--variable-name=value)",
                        "and boolean options {FALSE|TRUE}  Value (after reading options)",
                        "--------------------------------- -------------",
                        "innodb-undo-directory             /fast/undo/",
                        "innodb-data-home-dir              (No default value)",
                        "innodb-data-file-path             ibdata1:12M;/fast/ibdata2:1G:autoextend",
                        "log-bin                           /journals/bin",
                        "relay-log                         (No default value)",
                        "log-error                         "));

        assertThat(variables.place("innodb_undo_directory")).isEqualTo(Path.of("/fast/undo"));
        assertThat(variables.systemFiles()).containsExactly(Path.of("/srv/shop/ibdata1"), Path.of("/fast/ibdata2"));
        assertThat(variables.folders())
                .containsEntry("binary log", Path.of("/journals"))
                .containsEntry("relay log", data);
        assertThat(variables.value("log_error")).isEmpty();
    }
}
