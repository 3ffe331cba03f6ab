package io.saddlebag.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A database with one journal that grows, and processes that back it up with the real code of passes, as {@link PassWorld}. What must hold is
 * asked after each pass, and before each cut.
 */
final class GrowingWorld {
    final PassWorld world;
    final SimulatedGrowing source;
    /** Journals that somebody else cut. */
    private final TreeSet<Long> torn = new TreeSet<>();

    GrowingWorld(ExecutorService workers) {
        world = new PassWorld(workers);
        source = new SimulatedGrowing(this::requireDurable);
    }

    @Nullable
    Throwable pass(Faults faults, JournalOptions options) {
        Throwable failure = world.pass(faults, source, options);
        source.died();
        return failure;
    }

    void lose() {
        torn.add(source.number());
        source.loseAndBegin();
    }

    private void requireDurable(long number, String content) {
        assertThat(stored().getOrDefault(number, ""))
                .as("journal %s is cut", number)
                .isEqualTo(content);
    }

    /** What is durable of each journal, from its pieces in order; holes and overlaps fail. */
    private Map<Long, String> stored() {
        Map<Long, String> all = new TreeMap<>();
        for (JournalPiece piece : world.chain.pieces(JournalSite.NAME)) {
            if (piece.state() == PieceState.GAP) {
                continue;
            }
            long number = piece.id().sequence();
            String before = all.getOrDefault(number, "");
            assertThat(piece.from()).as("piece of journal %s", piece.id()).isEqualTo(before.length());
            Backup backup = world.catalog
                    .find(Objects.requireNonNull(piece.backup()))
                    .filter(each -> each.state() == Backup.State.COMPLETE)
                    .orElseThrow(() -> new AssertionError(piece + " is in no backup"));
            try {
                byte[] content = world.read(backup).get(piece.path());
                assertThat(content).as("%s in its image", piece).isNotNull().hasSize((int) piece.bytes());
                all.put(number, before + new String(content, US_ASCII));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return all;
    }

    /** What is durable is what was written, from its beginning on; the rest is still at the source. */
    void requireNothingLost() {
        Map<Long, String> stored = stored();
        source.written.forEach((number, text) -> {
            String durable = stored.getOrDefault(number, "");
            assertThat(text.toString()).as("journal %s", number).startsWith(durable);
            if (number != source.number() && !torn.contains(number)) {
                assertThat(durable).as("journal %s was cut", number).isEqualTo(text.toString());
            }
        });
    }

    /** Passes without faults until nothing is left. */
    void drain(int mostPasses, Random random) {
        world.restart(random);
        source.lie = null;
        source.readers = false;
        source.onRead = () -> {};
        source.running = "";
        world.pool.lie = null;
        world.time.onWait = () -> {};
        for (int passes = 0; !source.content().isEmpty(); passes++) {
            Throwable failure = pass(new Faults(0, null, world.time), JournalOptions.DEFAULT);
            assertThat(failure == null || (failure instanceof BackupException e && e.is(JournalFault.GAP)))
                    .as("%s", failure)
                    .isTrue();
            assertThat(passes).as("passes").isLessThan(mostPasses);
        }
    }

    /** Contiguous or an explicit gap, and all that was written but for what somebody else cut. */
    void requireWholeChain() {
        requireNothingLost();
        @Nullable JournalId before = null;
        for (JournalPiece piece : world.chain.pieces(JournalSite.NAME)) {
            if (before != null && !before.equals(piece.id())) {
                assertThat(piece.id()).as("behind %s", before).isEqualTo(before.next());
            }
            before = piece.id();
            if (piece.state() == PieceState.GAP) {
                long number = piece.id().sequence();
                boolean known = torn.contains(number) || torn.contains(number - 1);
                assertThat(known).as("%s is a gap", piece.id()).isTrue();
            } else {
                assertThat(piece.state()).as("%s", piece.id()).isEqualTo(PieceState.READY);
            }
        }
        for (long number : torn) {
            boolean followed =
                    source.written.tailMap(number, false).values().stream().anyMatch(text -> text.length() > 0);
            boolean gap = world.chain.pieces(JournalSite.NAME).stream()
                    .anyMatch(piece ->
                            piece.state() == PieceState.GAP && piece.id().sequence() == number + 1);
            boolean begun = world.chain.pieces(JournalSite.NAME).stream()
                    .anyMatch(piece -> piece.id().sequence() <= number);
            assertThat(gap || !followed || !begun).as("a gap behind %s", number).isTrue();
        }
        assertThat(world.chain.intended(JournalSite.NAME)).isEmpty();
        assertThat(world.log.owed()).isEmpty();
    }
}
