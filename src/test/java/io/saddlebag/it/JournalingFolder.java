package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What drops closed journals into a folder, its clock an hour ahead or behind at times; it may drop one again after a crash. */
final class JournalingFolder implements JournalingEngine {
    private static final int MOST_BYTES = 300_000;

    private final Path folder;
    private final Path archive;
    private final Path kept;
    private final Map<String, String> history = new TreeMap<>();
    private volatile Duration ahead = Duration.ZERO;
    private long next = 1;

    private JournalingFolder(Path folder, Path archive, Path kept) {
        this.folder = folder;
        this.archive = archive;
        this.kept = kept;
    }

    static JournalingFolder in(Path folder) throws IOException {
        return new JournalingFolder(
                folder,
                Files.createDirectory(folder.resolve("archive")),
                Files.createDirectory(folder.resolve("kept")));
    }

    @Override
    public String journals() {
        return "redo";
    }

    @Override
    public String configuration() {
        return "journals:\n  redo: { source: folder, folder: " + archive
                + ", pattern: 'redo_(?<sequence>\\d+)\\.arc', settled: 0s }\n";
    }

    @Override
    public synchronized void work(Random random) throws Exception {
        for (int many = random.nextInt(5); many > 0; many--) {
            byte[] content = new byte[random.nextInt(MOST_BYTES)];
            random.nextBytes(content);
            close(content);
        }
    }

    private void close(byte[] content) throws IOException {
        String name = "redo_" + next + ".arc";
        Path file = Files.write(kept.resolve(name), content);
        history.put("1/" + next + "/0", Sha256.of(file));
        next++;
        drop(name);
    }

    private void drop(String name) throws IOException {
        Path unfinished = folder.resolve("unfinished");
        Files.copy(kept.resolve(name), unfinished, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(unfinished, FileTime.from(Instant.now().plus(ahead)));
        Files.move(unfinished, archive.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** It doesn't know whether the latest one was dropped, and does that again, with what had been in it. */
    @Override
    public synchronized void crash(Random random) throws Exception {
        Path half = archive.resolve(".redo_" + next + ".arc.part");
        Files.write(half, new byte[random.nextInt(1000)]);
        if (next > 1) {
            drop("redo_" + (next - 1) + ".arc");
        }
        Files.delete(half);
    }

    @Override
    public void skipTime(Random random) {
        ahead = Duration.ofHours(random.nextInt(3) - 1);
    }

    @Override
    public synchronized void settle() throws Exception {
        ahead = Duration.ZERO;
        for (Path each : left()) {
            Files.setLastModifiedTime(each, FileTime.from(Instant.now().minusSeconds(60)));
        }
        close(new byte[] {1, 2, 3});
    }

    private Set<Path> left() throws IOException {
        try (Stream<Path> all = Files.list(archive)) {
            return new HashSet<>(all.toList());
        }
    }

    @Override
    public boolean released() throws IOException {
        return left().isEmpty();
    }

    @Override
    public Map<String, String> history(Iterable<ChainEntry> chain) {
        return history;
    }

    /** A folder has no rows: its journals come back. */
    @Override
    public void requireRecovered(Path home, Path scratch, Iterable<ChainEntry> chain) throws Exception {
        for (ChainEntry each : chain) {
            Path back = scratch.resolve(each.backup());
            if (!Files.exists(back)) {
                CommandLineInProcess.run(home, "restore", each.backup(), "--to", back.toString())
                        .ok();
            }
            assertThat(back.resolve("1/" + each.sequence() + "/" + each.name()))
                    .hasSameBinaryContentAs(kept.resolve(each.name()));
        }
    }

    @Override
    public void close() {
        // nothing runs
    }
}
