package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.RestorableObject;
import io.saddlebag.fault.BackupException;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamedObjectsTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
        node.backup(node.poolTarget());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @ParameterizedTest
    @Tag("R1")
    @CsvSource(delimiter = '|', textBlock = """
                    data-files        | /srv/data
                    tablespace        | /fast/1 /slow/2
                    tablespace:2      | /slow/2
                    tablespace:3      | ''
                    control-file      | /srv/control1
                    journals          | /srv/redo
                    archived-journals | /srv/archive
                    parameter-file    | /etc/db.conf
                    """)
    void each_kind_of_component_has_its_word(String word, String paths) {
        List<RestorableObject> all = RestorableObject.of(List.of(
                component("data directory", DatabaseComponent.Kind.DATA, "/srv/data"),
                component("tablespace 1", DatabaseComponent.Kind.TABLESPACE, "/fast/1"),
                component("tablespace 2", DatabaseComponent.Kind.TABLESPACE, "/slow/2"),
                component("control", DatabaseComponent.Kind.CONTROL, "/srv/control1"),
                component("journal", DatabaseComponent.Kind.JOURNAL, "/srv/redo"),
                component("archive", DatabaseComponent.Kind.RECOVERY_AREA, "/srv/archive"),
                component("parameters db.conf", DatabaseComponent.Kind.PARAMETERS, "/etc/db.conf")));

        assertThat(RestorableObject.isWord(word)).isTrue();
        assertThat(RestorableObject.named(word, all).stream()
                        .map(each -> each.path().toString())
                        .toList())
                .isEqualTo(paths.isEmpty() ? List.of() : List.of(paths.split(" ")));
    }

    @Test
    @Tag("R1")
    void a_part_of_a_database_is_restored_by_its_word() throws Exception {
        Files.writeString(bench.journal.resolve("log"), "spoilt");
        Files.writeString(bench.data.resolve("table"), "spoilt");

        node.restores.restore(request("data-files:journal", "orders"));

        assertThat(bench.journal.resolve("log")).hasContent("begin; commit");
        assertThat(bench.data.resolve("table")).hasContent("spoilt");
        assertThat(bench.events).endsWith("stop", "start", "verify");
    }

    @Test
    @Tag("R1")
    void a_part_that_the_database_has_not_is_refused_with_those_that_it_has() {
        for (String database : new String[] {"orders", null}) {
            BackupException refused = catchThrowableOfType(
                    BackupException.class, () -> node.restores.restore(request("control-file", database)));
            assertThat(refused.what())
                    .isEqualTo("database orders (twin) has no control-file; it has data-files:data (" + bench.data
                            + "), data-files:journal (" + bench.journal + ")");
        }
    }

    @Test
    @Tag("R1")
    void what_is_neither_a_word_nor_a_path_is_refused() {
        assertThatThrownBy(() -> request("everything", "orders"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "object 'everything' is neither an absolute path, such as /srv/orders/base, nor a part of a"
                                + " database: data-files, tablespace, control-file, journals, archived-journals, parameter-file");
    }

    private static DatabaseComponent component(String name, DatabaseComponent.Kind kind, String path) {
        return new DatabaseComponent(name, kind, Path.of(path), List.of());
    }

    private static RestoreRequest request(String object, @org.jspecify.annotations.Nullable String database) {
        return new RestoreRequest(
                List.of(new BackupSelector.Latest("orders")), List.of(object), null, Existing.REPLACE, database, null);
    }
}
