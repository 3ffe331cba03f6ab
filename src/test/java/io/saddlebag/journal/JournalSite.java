package io.saddlebag.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.Decryption;
import io.saddlebag.image.ImageReader;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.NamePattern;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.workbench.Workbench;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder that an engine drops closed journals into, and a node that backs them up. */
final class JournalSite implements Closeable {
    static final String NAME = "ledger";

    private static byte @Nullable [] emptyCatalog;

    final Workbench bench;
    final Path folder;
    private final Settling settling;
    final List<String> told = new ArrayList<>();
    /** What the engine ever wrote, by number. */
    final Map<Long, String> written = new TreeMap<>();

    JournalSite(Path home) throws IOException {
        Files.write(home.resolve("node0.db"), emptyCatalog());
        bench = new Workbench(home);
        settling = new Settling(bench.time, bench.time);
        folder = Files.createDirectories(home.resolve("archive"));
    }

    /** Made once: bringing a new catalog to its schema takes longer than a pass. */
    private static synchronized byte[] emptyCatalog() throws IOException {
        byte[] made = emptyCatalog;
        if (made == null) {
            Path scratch = Files.createTempDirectory("empty-catalog");
            Path file = scratch.resolve("node.db");
            JdbcStore.openSqlite(file, JdbcCatalog.FAULTS).close();
            made = Files.readAllBytes(file);
            try (Stream<Path> left = Files.list(scratch)) {
                for (Path each : left.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(scratch);
            emptyCatalog = made;
        }
        return made;
    }

    void drop(long... sequences) throws IOException {
        for (long sequence : sequences) {
            String content = written.computeIfAbsent(sequence, number -> "entries of journal " + number + "\n");
            Path file = folder.resolve(fileName(sequence));
            Files.writeString(file, content);
            Files.setLastModifiedTime(file, FileTime.from(bench.time.instant().minus(Duration.ofMinutes(1))));
        }
    }

    void dropBlocks(long sequence, int blocks) throws IOException {
        written.put(sequence, "x".repeat(blocks * JournalResult.BLOCK_BYTES));
        drop(sequence);
    }

    static String fileName(long sequence) {
        return "redo_" + sequence + ".arc";
    }

    List<String> atSource() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
        }
    }

    FolderJournals source() {
        return source(bench.files, null);
    }

    FolderJournals source(HostFiles through, @Nullable Path moveTo) {
        return new FolderJournals(
                new FolderSettings(
                        NAME,
                        folder,
                        NamePattern.of("redo_(?<sequence>\\d+)\\.arc", 10),
                        moveTo,
                        Duration.ofSeconds(5)),
                through,
                settling);
    }

    JournalResult pass() throws IOException, InterruptedException {
        return pass(JournalOptions.DEFAULT);
    }

    JournalResult pass(JournalOptions options) throws IOException, InterruptedException {
        return backup(options).run();
    }

    JournalBackup backup(JournalOptions options) throws IOException {
        Workbench.Node node = bench.node();
        return backup(node, node.poolTarget(), options);
    }

    JournalBackup backup(Workbench.Node node, ImageTarget target, JournalOptions options) throws IOException {
        return node.journals(source(), target, options, (message, text) -> told.add(message + ", " + text));
    }

    /** {@code 41 READY, 42 GAP}: the chain as the catalog has it. */
    String chain() throws IOException {
        return String.join(
                ", ",
                bench.chain().pieces(NAME).stream()
                        .map(piece -> piece.id() + " " + piece.state())
                        .toList());
    }

    /** What recovery would get: each journal of the chain, read from where the catalog says that it is. */
    Map<Long, String> stored() throws IOException {
        Map<Long, String> all = new TreeMap<>();
        Map<Long, Map<String, String>> images = new HashMap<>();
        for (JournalPiece piece : bench.chain().pieces(NAME)) {
            if (piece.state().isDurable() && piece.backup() != null) {
                Backup backup = bench.catalog().find(piece.backup()).orElseThrow();
                assertThat(backup.state()).isEqualTo(Backup.State.COMPLETE);
                Map<String, String> image = images.get(backup.id().value());
                if (image == null) {
                    image = read(backup);
                    images.put(backup.id().value(), image);
                }
                String content = image.get(piece.path());
                assertThat(content)
                        .as("journal %s in backup %s", piece.id(), backup.id())
                        .isNotNull();
                assertThat(all.put(piece.id().sequence(), content))
                        .as("journal %s twice", piece.id())
                        .isNull();
            }
        }
        return all;
    }

    /** One piece, read from where the catalog says that it is. */
    String content(JournalPiece piece) throws IOException {
        Backup backup = bench.catalog().find(piece.backup()).orElseThrow();
        assertThat(backup.state()).isEqualTo(Backup.State.COMPLETE);
        return read(backup).get(piece.path());
    }

    /** As {@link #content}, as it is. */
    byte[] bytes(JournalPiece piece) throws IOException {
        Backup backup = bench.catalog().find(piece.backup()).orElseThrow();
        Map<String, byte[]> members = new HashMap<>();
        try (ImageReader reader = ImageReader.open(
                bench.node().pool.read(backup.files()), backup.about().layers(), Decryption.NONE, Runnable::run)) {
            reader.readAll(member -> members.put(
                    String.valueOf(member.member().path()), member.content().readAllBytes()));
        }
        return members.get(piece.path());
    }

    private Map<String, String> read(Backup backup) throws IOException {
        Map<String, String> members = new HashMap<>();
        Executor here = Runnable::run;
        try (ImageReader reader = ImageReader.open(
                bench.node().pool.read(backup.files()), backup.about().layers(), Decryption.NONE, here)) {
            reader.readAll(member -> members.put(
                    String.valueOf(member.member().path()),
                    new String(member.content().readAllBytes(), UTF_8)));
        }
        return members;
    }

    @Override
    public void close() throws IOException {
        bench.close();
    }
}
