package io.saddlebag.rollforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.catalog.jdbc.JdbcIncarnationLog;
import io.saddlebag.host.local.LocalFolderNews;
import io.saddlebag.image.Decryption;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceReading;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.journal.postgresql.HistoryNaming;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two resets, each with its history in an image of its own, and images that are lost later. */
@Tag("R9")
@Tag("R11")
class KnownIncarnationsTest {
    private static final LogPosition FIRST = LogPosition.parse("0/3001F60");
    private static final LogPosition SECOND = LogPosition.parse("0/4000110");

    @TempDir
    Path home;

    private Workbench bench;
    private Path folder;
    private JdbcStore log;
    private final Map<Long, BackupId> images = new HashMap<>();

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        folder = Files.createDirectories(home.resolve("archive"));
        log = JdbcStore.openSqlite(home.resolve("log.db"), JdbcCatalog.FAULTS);
        history(2, "1\t" + FIRST + "\tat restore point \"a\"\n");
        history(3, "1\t" + FIRST + "\tat restore point \"a\"\n2\t" + SECOND + "\tbefore transaction 742\n");
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        bench.close();
    }

    private FolderJournals histories() {
        return new FolderJournals(
                new FolderSettings("wal.history", folder, new HistoryNaming(), null, Duration.ZERO),
                bench.files,
                new Settling(bench.time, bench.time));
    }

    private void history(long number, String text) throws Exception {
        Path file = folder.resolve("0000000" + number + ".history");
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(bench.time.instant().minus(Duration.ofMinutes(1))));
        Workbench.Node node = bench.node();
        images.put(
                number,
                node.journals(histories(), node.poolTarget(), JournalOptions.DEFAULT, JournalListener.DEAF)
                        .run()
                        .backup());
        bench.time.pass(Duration.ofHours(1));
    }

    private void expire(long number) throws IOException {
        BackupId id = images.get(number);
        assertThat(bench.poolRegister().mark(id, bench.poolRegister().beginRun(), "it expired"))
                .isTrue();
        assertThat(bench.catalog().find(id).orElseThrow().state()).isEqualTo(Backup.State.LOST);
    }

    private void damage(long number) throws IOException {
        Backup backup = bench.catalog().find(images.get(number)).orElseThrow();
        Files.delete(home.resolve("pool").resolve(backup.files().get(0).path()));
    }

    private Incarnations known() throws IOException {
        Catalog catalog = bench.catalog();
        Workbench.Node node = bench.node();
        Journals journals = new Journals() {
            @Override
            public Set<String> names() {
                return Set.of("wal");
            }

            @Override
            public JournalSource source(String name) {
                return new FolderJournals(
                        new FolderSettings("wal", folder, new SegmentNaming(16 << 20), null, Duration.ZERO),
                        bench.files,
                        new Settling(bench.time, bench.time),
                        List.of(histories()),
                        LocalFolderNews::open);
            }

            @Override
            public JournalServices services() {
                return node.journalServices();
            }

            @Override
            public Optional<String> ofDatabase(String database) {
                return Optional.of("wal");
            }
        };
        return new KnownIncarnations(
                        new JdbcIncarnationLog(log),
                        catalog,
                        journals,
                        new PieceReading(catalog, Decryption.NONE, Runnable::run),
                        backup -> node.pool.read(backup.files()))
                .of("orders");
    }

    private static List<Long> path(Incarnations known, long line) {
        return known.path(line).stream().map(Incarnation::number).toList();
    }

    @Test
    void each_tells_of_its_ancestors() throws Exception {
        Incarnations known = known();

        assertThat(path(known, 3)).containsExactly(1L, 2L, 3L);
        assertThat(known.find(2).orElseThrow().reset()).isEqualTo(FIRST);
        assertThat(known.find(2).orElseThrow().opened()).isNotNull();
        assertThat(known.find(3).orElseThrow().reset()).isEqualTo(SECOND);
    }

    /** Before, every recovery failed from then on. */
    @Test
    @Tag("J13")
    void one_that_is_gone_is_told_of_by_its_descendant() throws Exception {
        Incarnations before = known();
        expire(2);

        assertThat(path(known(), 3)).isEqualTo(path(before, 3));
        assertThat(known().find(2).orElseThrow().reset()).isEqualTo(FIRST);
    }

    @Test
    void one_that_cannot_be_read_is_told_of_by_its_descendant() throws Exception {
        damage(2);

        assertThat(path(known(), 3)).containsExactly(1L, 2L, 3L);
    }

    /** Its number stays known, so that nobody takes it for another one. */
    @Test
    @Tag("R12")
    void one_that_is_gone_and_that_nothing_else_tells_of_has_no_parent() throws Exception {
        expire(3);

        assertThat(path(known(), 3)).containsExactly(3L);
        assertThat(known().highest()).isEqualTo(3);
    }

    @Test
    void one_of_the_line_that_cannot_be_read_is_an_error() throws Exception {
        damage(3);

        assertThatThrownBy(this::known).hasMessageContaining("SBG-");
    }
}
