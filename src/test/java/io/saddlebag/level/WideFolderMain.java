package io.saddlebag.level;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.catalog.Backup;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestorePreview;
import io.saddlebag.restore.RestoreRequest;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * Backs up many files of one folder at level 0 and, after some changed, at level 10, and asks what a restore of each would do. Each line it
 * prints is what was done, in how many seconds, and the most that was in use after a collection so far, MiB.
 *
 * <p>Arguments: an empty folder; how many files; {@code restore} when the last state is to be restored, too.
 */
final class WideFolderMain {
    private static final int CHANGED = 1000;
    private static final int DELETED = 1001;
    private static final int ADDED = 1002;

    private static final AtomicLong MOST = new AtomicLong();

    private final LevelBench bench;
    private final int names;
    private long began = System.nanoTime();

    private WideFolderMain(LevelBench bench, int names) {
        this.bench = bench;
        this.names = names;
    }

    public static void main(String[] arguments) throws Exception {
        watch();
        Path home = Path.of(arguments[0]);
        try (LevelBench bench = new LevelBench(home)) {
            WideFolderMain main = new WideFolderMain(bench, Integer.parseInt(arguments[1]));
            main.run(arguments.length > 2 ? home.resolve("restored") : null);
        }
        System.exit(0);
    }

    private void run(@Nullable Path restored) throws Exception {
        Path wide = Files.createDirectory(bench.tree.resolve("wide"));
        for (int i = 0; i < names; i++) {
            if (!isIt(i, ADDED)) {
                Files.createFile(wide.resolve(name(i)));
            }
        }
        done("made " + (names - names / ADDED));
        Backup full = backUp("0");
        done("level 0: " + full.objects());
        for (int i = 0; i < names; i++) {
            Path file = wide.resolve(name(i));
            if (isIt(i, ADDED)) {
                Files.createFile(file);
            } else if (isIt(i, DELETED)) {
                Files.delete(file);
            } else if (isIt(i, CHANGED)) {
                Files.writeString(file, "changed");
            }
        }
        Backup incremental = backUp("10");
        done("level 10: " + incremental.objects());
        done("nothing changed: " + backUp("10").objects());
        done("plan of level 0: " + plan(full));
        done("plan of level 10: " + plan(incremental));
        if (restored != null) {
            Path tree = bench.restore(incremental, Files.createDirectory(restored));
            try (var list = Files.list(tree.resolve("wide"))) {
                done("restored: " + list.count());
            }
        }
    }

    private Backup backUp(String level) throws Exception {
        bench.bench.time.pass(Duration.ofHours(1));
        BackupRun run = bench.node
                .backups
                .begin("backup tree", null, Overlap.SKIP, Map.of())
                .orElseThrow();
        run.snapshot(bench.none(), List.of(bench.tree));
        Backup backup = run.store(
                run.source("tree", new SourceOptions(Compression.ZSTD, Encryption.NONE, BackupLevel.parse(level))),
                bench.node.poolTarget());
        Job ended = run.end(null);
        if (ended.cause() != null) {
            throw new AssertionError(ended.cause());
        }
        return backup;
    }

    /** New objects of each image that is read. */
    private String plan(Backup backup) throws Exception {
        RestorePreview preview = bench.node.restores.preview(new RestoreRequest(
                List.of(new BackupSelector.ById(backup.id())),
                List.of(),
                bench.tree.resolveSibling("elsewhere"),
                RestoreRequest.Existing.KEEP,
                null,
                null));
        return preview.effects().stream()
                .map(each -> each.backup() + " gives " + each.added())
                .toList()
                .toString();
    }

    private static boolean isIt(int number, int every) {
        return number % every == every - 1;
    }

    private static String name(int number) {
        return "a-name-of-some-length-" + (10_000_000 + number);
    }

    private void done(String what) {
        long now = System.nanoTime();
        System.out.println(what + "; " + Math.round((now - began) / 1e8) / 10.0 + " s; " + (MOST.get() >> 20) + " MiB");
        began = System.nanoTime();
    }

    private static void watch() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, handback) -> {
                                if (notification.getUserData() instanceof CompositeData data) {
                                    long used =
                                            GarbageCollectionNotificationInfo.from(data)
                                                    .getGcInfo()
                                                    .getMemoryUsageAfterGc()
                                                    .entrySet()
                                                    .stream()
                                                    .filter(each -> isHeap(each.getKey()))
                                                    .map(Map.Entry::getValue)
                                                    .mapToLong(MemoryUsage::getUsed)
                                                    .sum();
                                    MOST.accumulateAndGet(used, Math::max);
                                }
                            },
                            null,
                            null);
        }
    }

    private static boolean isHeap(String pool) {
        return pool.contains("Eden") || pool.contains("Survivor") || pool.contains("Old") || pool.contains("Tenured");
    }
}
