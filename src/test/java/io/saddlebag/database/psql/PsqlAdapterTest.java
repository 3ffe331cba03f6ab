package io.saddlebag.database.psql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.Protection;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a stand-in of butil, which refuses what butil refuses; no real engine was driven. */
class PsqlAdapterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();
    private Path orders;
    private Path items;
    private Path butil;

    @BeforeEach
    void makeFiles() throws IOException {
        orders = Files.writeString(folder.resolve("orders.btr"), "orders");
        items = Files.writeString(folder.resolve("items.btr"), "items");
        butil = Files.createFile(
                folder.resolve("butil"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(butil, """
                #!/bin/sh
                # butil -startbu|-endbu @LIST
                while read -r file; do
                  delta="${file%.btr}.^^^"
                  case "$1" in
                    -startbu) [ -e "$delta" ] && { echo "$file is in continuous operation"; exit 1; }; : > "$delta";;
                    -endbu) [ -e "$delta" ] || { echo "$file is not in continuous operation"; exit 1; }
                            cat "$delta" >> "$file"; rm "$delta";;
                  esac
                done < "${2#@}"
                echo "$1 done"
                """);
    }

    private PsqlAdapter adapter(Map<String, Object> more, Optional<Protection> protection) throws IOException {
        Map<String, Object> options = new HashMap<>(more);
        options.put("butil", butil.toString());
        options.put("files", List.of(orders.toString(), items.toString()));
        return new PsqlAdapter(
                PsqlSettings.read(new DatabaseOptions("books", options), folder.resolve("lists")),
                protection,
                Optional.empty(),
                new LocalProcesses(),
                new SystemWaiter());
    }

    private DatabaseWriter writer(Map<String, Object> more) throws IOException {
        return adapter(more, Optional.empty()).writer().orElseThrow();
    }

    private Path delta() {
        return folder.resolve("orders.^^^");
    }

    @Test
    @Tag("J22")
    void files_stand_still_while_it_is_on_and_the_delta_is_merged_at_its_end() throws Exception {
        DatabaseWriter writer = writer(Map.of());
        writer.prepare(log::add);
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            Files.writeString(delta(), " and more");
            assertThat(orders).hasContent("orders");
            assertThat(mode.end(MINUTE).facts()).containsEntry("deltaBytes", "9");
        }
        assertThat(orders).hasContent("orders and more");
        assertThat(delta()).doesNotExist();
        assertThat(folder.resolve("lists")).isEmptyDirectory();
    }

    @Test
    @Tag("J22")
    void a_delta_is_warned_of_once_and_given_up_at_its_limit() throws Exception {
        DatabaseWriter writer = writer(Map.of("deltaWarning", "4", "deltaLimit", "8"));
        List<String> warnings = new ArrayList<>();
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            Files.writeString(delta(), "1234");
            mode.watch(warnings::add);
            assertThat(warnings).isEmpty();
            Files.writeString(delta(), "12345678");
            mode.watch(warnings::add);
            mode.watch(warnings::add);
            assertThat(warnings).singleElement().asString().contains("grown to 8 bytes");
            Files.writeString(delta(), "123456789");
            assertThatThrownBy(() -> mode.watch(warnings::add))
                    .hasMessageContaining("SBG-D010")
                    .hasMessageContaining("more than 8 bytes");
        }
        assertThat(delta()).doesNotExist();
    }

    @Test
    @Tag("J22")
    @Tag("W20")
    void another_process_ends_what_a_dead_one_began_and_nobody_elses() throws Exception {
        BackupMode abandoned = writer(Map.of()).begin("sbg-1", MINUTE, log::add);
        DatabaseWriter guard = writer(Map.of());
        guard.abandon("sbg-2", log::add);
        assertThat(delta()).exists();
        assertThatThrownBy(() -> guard.begin("sbg-2", MINUTE, log::add))
                .hasMessageContaining("SBG-D009")
                .hasMessageContaining("sbg-1");

        guard.abandon("sbg-1", log::add);
        guard.abandon("sbg-1", log::add);

        assertThat(delta()).doesNotExist();
        assertThatThrownBy(() -> abandoned.end(MINUTE)).hasMessageContaining("SBG-D010");
        guard.begin("sbg-2", MINUTE, log::add).close();
    }

    @Test
    @Tag("J22")
    void what_the_engine_has_ended_itself_is_no_backup() throws Exception {
        BackupMode mode = writer(Map.of()).begin("sbg-1", MINUTE, log::add);
        Files.delete(delta());
        Files.delete(folder.resolve("items.^^^"));
        assertThatThrownBy(() -> mode.end(MINUTE))
                .hasMessageContaining("SBG-D010")
                .hasMessageContaining("is not in continuous operation");
        mode.close();
        assertThat(folder.resolve("lists")).isEmptyDirectory();
    }

    @Test
    @Tag("J21")
    void both_protections_at_once_are_refused_and_an_archive_logged_database_has_no_continuous_operation()
            throws Exception {
        Map<String, Object> logged = Map.of("archiveLogged", List.of(orders.toString(), items.toString()));
        assertThatThrownBy(() -> adapter(logged, Optional.of(Protection.CONTINUOUS_OPERATION)))
                .hasMessageContaining("SBG-D006")
                .hasMessageContaining("archiveLogged")
                .hasMessageContaining("one of both");
        assertThat(adapter(logged, Optional.empty()).writer()).isEmpty();
        assertThat(adapter(Map.of(), Optional.of(Protection.ARCHIVE_LOG)).writer())
                .isEmpty();
    }

    @Test
    @Tag("J24")
    void files_that_are_not_archive_logged_while_others_are_could_tear_transactions() throws Exception {
        Map<String, Object> some = Map.of("archiveLogged", List.of(orders.toString()));
        assertThat(adapter(some, Optional.empty()).unprotected())
                .singleElement()
                .asString()
                .contains(items.toString())
                .doesNotContain(orders.toString())
                .contains("torn");
        Map<String, Object> all = Map.of("archiveLogged", List.of(orders.toString(), items.toString()));
        assertThat(adapter(all, Optional.empty()).unprotected()).isEmpty();
        assertThat(adapter(Map.of(), Optional.empty()).unprotected()).isEmpty();
    }
}
