package io.saddlebag.journal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.journal.Faults;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.PassWorld;
import io.saddlebag.journal.PieceState;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.journal.postgresql.SegmentNaming;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A server, a folder on a disk that gets its log, and processes that receive it and back up its whole segments with the real code, on twins
 * of everything that it touches. What must hold is asked at each report to the server, each release, and after each life.
 */
final class StreamWorld {
    private static final String JOURNALS = "ledger";
    private static final int SEGMENT = TwinLog.SEGMENT;
    private static final LogSegments SEGMENTS = new LogSegments(SEGMENT);

    final PassWorld world;
    final SimulatedLog server = new SimulatedLog() {
        @Override
        void beforeMessage() throws IOException {
            onMessage.run();
            breakIfBroken();
        }

        @Override
        void reported(long of, long from, long durable) {
            super.reported(of, from, durable);
            if (durable > 0) {
                requireDurable(of, from, durable);
            }
        }
    };
    final SimulatedDisk disk;
    /** Happens before each message of the server. */
    Runnable onMessage = () -> {};

    /** So much of each segment the server was told to be durable. */
    private final TreeMap<JournalId, Integer> told = new TreeMap<>();

    private final Map<JournalId, byte[]> contents = new HashMap<>();
    private final Set<String> compared = new HashSet<>();
    private long first = -1;
    private long gapsBefore;

    StreamWorld(ExecutorService workers) {
        world = new PassWorld(workers);
        disk = new SimulatedDisk(world.time);
        disk.deleting = name -> requireReleasable(id(name));
    }

    // ---- what happens

    /**
     * One process receives, until it has all or has looked so often whether it is to stop; what goes wrong is only told.
     *
     * @return null when it ended well
     */
    @Nullable
    Throwable receive(Faults faults, int looks, Duration gathering) {
        int[] looked = new int[1];
        boolean[] ended = new boolean[1];
        LogReceiver receiver = new LogReceiver(new LogReceiver.Parts(
                JOURNALS,
                SimulatedDisk.FOLDER,
                faults.port(LogServer.class, server),
                faults.port(HostFiles.class, disk.files()),
                faults.port(InPlaceFiles.class, disk),
                faults.port(JournalChain.class, world.chain),
                world.time,
                (message, text) -> {},
                gathering,
                () -> false));
        server.idle = false;
        try {
            receiver.run(() -> {
                ended[0] |= ++looked[0] > looks
                        || (server.idle && receiver.progress().durable() == server.end);
                return ended[0];
            });
            return null;
        } catch (Faults.Death | IOException e) {
            return e;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A pass over the folder by that process; what goes wrong is only told. */
    @Nullable
    Throwable pass(Faults faults) {
        FolderSettings settings = new FolderSettings(
                JOURNALS, SimulatedDisk.FOLDER, new SegmentNaming(SEGMENT), null, FolderSettings.DEFAULT_SETTLED);
        return world.pass(
                faults,
                new FolderJournals(settings, disk.files(), new Settling(world.time, world.time)),
                JournalOptions.DEFAULT);
    }

    /** Whether that may happen: nothing but what a test did, and a loss or a server that is behind. */
    private boolean isExplained(@Nullable Throwable failure) {
        if (failure == null || failure instanceof Faults.Death) {
            return true;
        }
        boolean behind = failure instanceof BackupException e && e.is(LogFault.DIVERGED) && server.farthest > 0;
        boolean gap = failure instanceof BackupException e && e.is(JournalFault.GAP) && server.lossy;
        return behind || gap || String.valueOf(failure.getMessage()).contains("injected");
    }

    /** The next process begins, after a loss of power or not. */
    void restart(boolean powerLost, Random random) {
        disk.live();
        if (powerLost) {
            disk.losePower(random);
            compared.clear();
        }
        world.restart(random);
        gapsBefore = server.lossy ? Math.max(gapsBefore, server.end) : gapsBefore;
    }

    /** Until all that the server has is here. */
    void drain(int most, Random random, boolean passes) {
        restart(false, random);
        onMessage = () -> {};
        server.breaksAfter = 0;
        server.catchUp();
        disk.makeRoom();
        Faults none = new Faults(0, null, world.time);
        Throwable failure = receive(none, most, Duration.ZERO);
        for (int i = 0; failure instanceof BackupException e && e.is(JournalFault.GAP) && i < 3; i++) {
            requireExplained(failure);
            failure = receive(none, most, Duration.ZERO);
        }
        if (failure != null) {
            throw new AssertionError("in the end", failure);
        }
        gapsBefore = server.lossy ? Math.max(gapsBefore, server.end) : gapsBefore;
        if (passes) {
            world.time.pass(7200);
            Throwable failed = pass(none);
            for (int i = 0; failed instanceof BackupException e && e.is(JournalFault.GAP) && i < 3; i++) {
                failed = pass(none);
            }
            assertThat(failed).isNull();
        }
    }

    void requireExplained(@Nullable Throwable failure) {
        if (!isExplained(failure)) {
            throw new AssertionError("nothing explains it", failure);
        }
    }

    // ---- what must hold

    private static JournalId id(String name) {
        return SEGMENTS.parse(name).orElseThrow(() -> new AssertionError(name));
    }

    /** Which file holds a segment for a server on that timeline. */
    private JournalId holding(long timeline, long sequence) {
        long of = 1;
        for (var left : server.ends.headMap(timeline).entrySet()) {
            of = left.getValue() / SEGMENT <= sequence ? left.getKey() + 1 : of;
        }
        return new JournalId(of, sequence);
    }

    private void requireDurable(long timeline, long from, long durable) {
        if (first < 0) {
            first = from / SEGMENT;
        }
        for (long sequence = from / SEGMENT; sequence * SEGMENT < durable; sequence++) {
            int length = (int) Math.min(SEGMENT, durable - sequence * SEGMENT);
            JournalId id = holding(timeline, sequence);
            if (told.getOrDefault(id, 0) < length) {
                told.put(id, length);
                requireSurvives(id, length);
            }
        }
        for (long sequence = first; sequence * SEGMENT < from; sequence++) {
            JournalId id = holding(timeline, sequence);
            boolean known = told.getOrDefault(id, 0) == SEGMENT || isGap(id) || survives(id, SEGMENT);
            assertThat(known).as("segment %s before %s", id, from).isTrue();
        }
    }

    private boolean isGap(JournalId id) {
        JournalPiece piece =
                world.chain.pieces(JOURNALS, id, id).stream().findFirst().orElse(null);
        return piece != null && piece.state() == PieceState.GAP;
    }

    private boolean survives(JournalId id, int length) {
        String name = SEGMENTS.name(id);
        return world.isDurable(id) || disk.survives(List.of(name, name + LogSegments.PARTIAL), expected(id), length);
    }

    private void requireSurvives(JournalId id, int length) {
        assertThat(survives(id, length))
                .as("%s bytes of segment %s survive, as the server was told", length, id)
                .isTrue();
    }

    private void requireReleasable(JournalId id) {
        assertThat(world.isDurable(id)).as("segment %s is released", id).isTrue();
    }

    /** What the server was told is durable; whole segments are its own, and others as far as they are. */
    void requireNothingLost() {
        told.forEach(this::requireSurvives);
        for (String name : disk.list()) {
            boolean partial = name.endsWith(LogSegments.PARTIAL);
            if (!name.endsWith(".history") && (partial || compared.add(name))) {
                JournalId id = id(partial ? name.substring(0, name.length() - LogSegments.PARTIAL.length()) : name);
                assertThat(disk.mismatch(name, expected(id), partial)).as(name).isEqualTo(-1);
                assertThat(partial || disk.size(name) == SEGMENT)
                        .as("length of %s", name)
                        .isTrue();
            }
        }
    }

    /** Content that never changes, whatever becomes of the server; behind it there are zeros. */
    private byte[] expected(JournalId id) {
        return contents.computeIfAbsent(id, any -> {
            long begin = SEGMENTS.begin(id);
            return server.bytes(id.incarnation(), begin, begin + SimulatedLog.written(id.sequence()));
        });
    }

    /** Contiguous or an explicit gap, and gaps are of what the server lost; with passes, nothing is there twice. */
    void requireWhole(boolean passes) throws IOException {
        requireNothingLost();
        List<JournalId> gaps = new ArrayList<>();
        for (JournalPiece piece : world.chain.pieces(JOURNALS)) {
            if (piece.state() == PieceState.GAP) {
                gaps.add(piece.id());
                assertThat(SEGMENTS.begin(piece.id())).as("gap %s", piece.id()).isLessThan(gapsBefore);
            }
        }
        for (long sequence = first < 0 ? Long.MAX_VALUE / SEGMENT : first;
                sequence * SEGMENT < server.end;
                sequence++) {
            JournalId id = holding(server.timeline, sequence);
            int length = (int) Math.min(SEGMENT, server.end - sequence * SEGMENT);
            assertThat(gaps.contains(id) || survives(id, length))
                    .as("segment %s in the end", id)
                    .isTrue();
        }
        if (passes) {
            world.lost.addAll(gaps);
            for (JournalPiece piece : world.chain.pieces(JOURNALS)) {
                world.written.put(piece.id(), Arrays.copyOf(expected(piece.id()), SEGMENT));
            }
            world.written.keySet().removeAll(gaps);
            world.requireWholeChain();
        }
    }

    long gaps() {
        return world.chain.pieces(JOURNALS).stream()
                .filter(piece -> piece.state() == PieceState.GAP)
                .count();
    }
}
