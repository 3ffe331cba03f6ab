package io.saddlebag.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inside is folder {@code scratch}, outside folder {@code original} with file {@code table}. */
class FencedFilesTest {
    @TempDir
    Path home;

    private Path inside;
    private Path outside;
    private Path table;
    private HostFiles fenced;

    @BeforeEach
    void prepare() throws IOException {
        inside = Files.createDirectories(home.resolve("scratch"));
        outside = Files.createDirectories(home.resolve("original"));
        table = Files.writeString(outside.resolve("table"), "row 1");
        fenced = new FencedFiles(new LocalFiles(new LinuxPosix()), path -> path.startsWith(inside));
    }

    private interface Change {
        void on(HostFiles files) throws Exception;
    }

    @Test
    @Tag("W24")
    void nothing_outside_can_be_changed_in_any_way() throws Exception {
        Map<String, Change> changes = Map.ofEntries(
                Map.entry("create", files -> files.create(outside.resolve("new"))),
                Map.entry("folder", files -> files.makeFolder(outside.resolve("new"))),
                Map.entry("link", files -> files.makeLink(outside.resolve("new"), inside)),
                Map.entry("hard link out", files -> files.makeHardLink(outside.resolve("new"), table)),
                Map.entry("hard link in", files -> files.makeHardLink(inside.resolve("new"), table)),
                Map.entry(
                        "special",
                        files -> files.makeSpecial(outside.resolve("new"), FileKind.FIFO, DeviceNumber.NONE)),
                Map.entry("inode", files -> files.named(table).setMode(0777)),
                Map.entry("owner", files -> files.setOwner(table, 1, 1)),
                Map.entry("mode", files -> files.setMode(table, 0777)),
                Map.entry("times", files -> files.setTimes(table, Instant.EPOCH, Instant.EPOCH)),
                Map.entry("attribute", files -> files.setAttribute(table, "user.a", new byte[1])),
                Map.entry("no attribute", files -> files.removeAttribute(table, "user.a")),
                Map.entry("flags", files -> files.setFlags(table, Set.of())),
                Map.entry("delete", files -> files.delete(table)),
                Map.entry("rename in", files -> files.rename(table, inside.resolve("table"))),
                Map.entry("rename out", files -> files.rename(inside, outside.resolve("new"))),
                Map.entry("replace", files -> files.replace(inside, table)),
                Map.entry("up and over", files -> files.delete(inside.resolve("../original/table"))));
        for (Map.Entry<String, Change> change : changes.entrySet()) {
            assertThatThrownBy(() -> change.getValue().on(fenced))
                    .as(change.getKey())
                    .hasStackTraceContaining("SBG-W004");
            try (var anchor = fenced.anchor(Set.of(outside))) {
                assertThatThrownBy(() -> change.getValue().on(anchor.files()))
                        .as("anchored: " + change.getKey())
                        .hasStackTraceContaining("SBG-W004");
            }
        }
        assertThat(outside).isDirectoryNotContaining("glob:**/new");
        assertThat(table).hasContent("row 1");
    }

    @Test
    @Tag("W24")
    void what_is_inside_can_be_changed_and_all_can_be_read() throws Exception {
        fenced.makeFolder(inside.resolve("a"));
        fenced.setMode(inside.resolve("a"), 0711);

        assertThat(fenced.list(outside)).containsExactly(table);
        assertThat(fenced.status(inside.resolve("a")).mode()).isEqualTo(0711);
    }

    @Test
    @Tag("W24")
    void a_catalog_of_a_rehearsal_refuses_every_change() {
        ReadOnlyCatalog catalog = new ReadOnlyCatalog(NoCatalog.make());

        assertThatThrownBy(() -> catalog.begin(null)).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> catalog.goOn(null, "1", "2", 0)).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> catalog.abandon(null, "")).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> catalog.removeAbandonedObjects(1)).isInstanceOf(BackupException.class);
    }

    /** Fails whatever it is asked. */
    private static final class NoCatalog {
        static io.saddlebag.catalog.Catalog make() {
            return (io.saddlebag.catalog.Catalog) java.lang.reflect.Proxy.newProxyInstance(
                    NoCatalog.class.getClassLoader(),
                    new Class<?>[] {io.saddlebag.catalog.Catalog.class},
                    (proxy, method, arguments) -> {
                        throw new AssertionError(method + " was called");
                    });
        }
    }
}
