package io.saddlebag.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.Protection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("J21")
class ProtectionConfigTest {
    @TempDir
    Path home;

    private ConfigFile read(String protection) throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve(ConfigFile.PLACE), """
                databases:
                  orders:
                    engine: sqlite
                    file: /srv/orders.db
                """ + protection);
        return ConfigFile.read(home);
    }

    @Test
    void a_database_names_one_protection_or_none() throws IOException {
        assertThat(read("").node().databases().get("orders").protection()).isNull();
        assertThat(read("    protection: archive-log\n")
                        .node()
                        .databases()
                        .get("orders")
                        .protection())
                .isEqualTo(Protection.ARCHIVE_LOG);
        assertThat(read("    protection: continuous-operation\n")
                        .node()
                        .databases()
                        .get("orders")
                        .protection())
                .isEqualTo(Protection.CONTINUOUS_OPERATION);
    }

    @Test
    void both_are_refused_with_the_place_in_the_file() {
        assertThatThrownBy(() -> read("    protection: [archive-log, continuous-operation]\n"))
                .hasMessageContaining("SBG-G002")
                .hasMessageContaining("config/saddlebag.yaml:5:")
                .hasMessageContaining("one protection, not [archive-log, continuous-operation]");
        assertThatThrownBy(() -> read("    protection: archive-log\n    protection: continuous-operation\n"))
                .hasMessageContaining("config/saddlebag.yaml:6:")
                .hasMessageContaining("protection");
    }

    @Test
    void journals_of_a_database_that_keeps_none_are_refused_by_name() {
        String journals = "journals:\n  orders-log: { source: sqlite, database: orders }\n";
        assertThatThrownBy(() -> read("    protection: continuous-operation\n" + journals))
                .hasMessageContaining("SBG-G002")
                .hasMessageContaining("config/saddlebag.yaml")
                .hasMessageContaining("journals.orders-log are those of database orders")
                .hasMessageContaining("archive-log for databases.orders");
        assertThatCode(() -> read("    protection: archive-log\n" + journals)).doesNotThrowAnyException();
        assertThatCode(() -> read(journals)).doesNotThrowAnyException();
    }

    @Test
    void anything_else_is_refused_with_what_is_valid() {
        assertThatThrownBy(() -> read("    protection: raid\n"))
                .hasMessageContaining("config/saddlebag.yaml:5:")
                .hasMessageContaining("valid are archive-log and continuous-operation");
    }

    @Test
    void an_engine_that_needs_its_journals_has_no_continuous_operation() {
        assertThatThrownBy(() -> read(
                        "  shop:\n    engine: mariadb\n    data: /srv/shop\n    protection: continuous-operation\n"))
                .hasMessageContaining("config/saddlebag.yaml:5:")
                .hasMessageContaining("engine mariadb has no continuous operation");
    }
}
