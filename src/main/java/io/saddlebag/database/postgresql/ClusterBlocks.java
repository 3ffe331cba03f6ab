package io.saddlebag.database.postgresql;

import io.saddlebag.database.BlockFault;
import io.saddlebag.database.BlockRepair;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.TimelineHistory;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Blocks of a cluster's relations. A copy that has applied all of the log up to the original's last shutdown has the same blocks, apart
 * from hints, which any reader sets again, and from what lies in their unused space. Whether checksums are right is {@code pg_checksums}' word.
 */
final class ClusterBlocks implements BlockRepair {
    private static final Duration STOP_LIMIT = Duration.ofMinutes(10);
    /** {@code SizeOfXLogLongPHD}: a shutdown that begins a journal has its record behind this. */
    private static final long FIRST_RECORD_BYTES = 40;

    private final PostgresqlSettings settings;
    private final Processes processes;
    private final Waiter waiter;
    private final DataPrograms programs;

    ClusterBlocks(PostgresqlSettings settings, Processes processes, Waiter waiter) {
        this.settings = settings;
        this.processes = processes;
        this.waiter = waiter;
        this.programs = new DataPrograms(settings, processes);
    }

    @Override
    public List<Block> require(List<String> names) throws IOException, InterruptedException {
        programs.require();
        Path data = settings.dataDirectory();
        BlockName name = new BlockName(data, programs.controlData(data));
        Set<Block> blocks = new LinkedHashSet<>();
        for (String each : names) {
            blocks.addAll(name.blocks(each));
        }
        return List.copyOf(blocks);
    }

    @Override
    public Path aside(String job) {
        Path data = settings.dataDirectory();
        return data.resolveSibling(data.getFileName() + ".saddlebag-blocks-" + job);
    }

    @Override
    public Replaced replace(List<Block> blocks, CopyPlace from, Path aside, StillDown down, Consumer<String> log)
            throws IOException, InterruptedException {
        PostgresqlSettings copy = new PostgresqlCopy(settings, from, processes, waiter).settings();
        // what it has in memory has to be in its files
        new PostgresqlAdapter(copy, processes, waiter).stop(STOP_LIMIT, log);
        ControlData original = programs.controlData(settings.dataDirectory());
        LogPosition end = requireSameState(original, copy.dataDirectory());
        List<String> remarks = new ArrayList<>();
        if (original.hasChecksums()) {
            requireRightChecksums(copy.dataDirectory(), blocks);
            remarks.add("pg_checksums finds nothing wrong with what was taken from the copy");
        }
        BlockFiles files = new BlockFiles(settings.dataDirectory(), copy.dataDirectory(), original.blockBytes(), end);
        List<Block> replaced = new ArrayList<>();
        List<Block> alike = new ArrayList<>();
        for (BlockFiles.Pair each : files.read(blocks)) {
            if (each.areAlike()) {
                alike.add(each.block());
            } else {
                files.keep(each, aside);
                down.require();
                files.write(each);
                replaced.add(each.block());
            }
        }
        return new Replaced(replaced, alike, remarks, original.hasChecksums() ? stillWrong(blocks) : List.of());
    }

    /** @return where the copy's log ended, which is where the original's does */
    private LogPosition requireSameState(ControlData original, Path copied) throws IOException, InterruptedException {
        ControlData copy = programs.controlData(copied);
        if (!original.isShutDown()) {
            throw differs(
                    "the original was not shut down cleanly", "Start it, so that it recovers, and repeat the command.");
        }
        if (!original.systemIdentifier().equals(copy.systemIdentifier())) {
            throw differs("the copy is of another cluster", "Choose another backup with --backup.");
        }
        String name = String.format(Locale.ROOT, "%08X.history", copy.timeline());
        List<Incarnation> history = TimelineHistory.parse(
                copy.timeline(), Files.readString(copied.resolve("pg_wal").resolve(name)), original.journalBytes());
        Incarnation last = history.get(history.size() - 1);
        LogPosition end = Objects.requireNonNull(last.reset());
        LogPosition shutdown = original.checkpoint();
        LogPosition journal =
                LogPosition.lsn(shutdown.value() - Long.remainderUnsigned(shutdown.value(), original.journalBytes()));
        boolean beginsJournal = shutdown.value() - journal.value() <= FIRST_RECORD_BYTES;
        LogPosition needed = beginsJournal ? journal : shutdown;
        if (last.parent() != original.timeline() || needed.isAfter(end)) {
            throw differs(
                    "the copy came to " + end + " of timeline " + last.parent() + ", and the original was shut down at "
                            + shutdown + " of timeline " + original.timeline(),
                    "See that the server archives its journals when it shuts down (archive_mode, archive_command), and"
                            + " repeat the command.");
        }
        return end;
    }

    private void requireRightChecksums(Path data, List<Block> blocks) throws IOException, InterruptedException {
        for (String node : nodes(blocks)) {
            List<String> wrong = programs.wrongChecksums(data, node);
            if (!wrong.isEmpty()) {
                throw new BackupException(
                        BlockFault.BAD_COPY,
                        "the copy's blocks of file " + node + " are damaged, too: " + first(wrong),
                        "Begin with an older backup: --as-of, or --backup.");
            }
        }
    }

    /** Of the same relations: blocks that nobody asked for. */
    private List<String> stillWrong(List<Block> blocks) throws IOException, InterruptedException {
        List<String> warnings = new ArrayList<>();
        for (String node : nodes(blocks)) {
            List<String> wrong = programs.wrongChecksums(settings.dataDirectory(), node);
            if (!wrong.isEmpty()) {
                warnings.add("further blocks of file " + node + " are damaged: " + first(wrong));
            }
        }
        return warnings;
    }

    private static String first(List<String> lines) {
        return String.join("; ", lines.subList(0, Math.min(DataPrograms.SHOWN_LINES, lines.size())));
    }

    private static Set<String> nodes(List<Block> blocks) {
        Set<String> nodes = new LinkedHashSet<>();
        blocks.forEach(each -> nodes.add(BlockName.fileNode(each.file())));
        return nodes;
    }

    @Override
    public List<String> check(List<Block> blocks, Duration limit) throws IOException, InterruptedException {
        return new RepairedRelations(settings).check(blocks, limit);
    }

    private static BackupException differs(String why, String hint) {
        return new BackupException(BlockFault.NOT_THE_SAME_STATE, why, hint);
    }
}
