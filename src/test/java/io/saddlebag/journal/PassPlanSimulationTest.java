package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.fault.BackupException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Engines that drop journals late, out of order or never, and processes that die between two acts of a pass: the chain is contiguous or has an
 * explicit gap, nothing is released before it is durable, and nothing is copied twice.
 *
 * <p>{@code -Djournal.simulations=100000} runs more of them.
 */
@Tag("J16")
@Tag("J18")
@Tag("J25")
class PassPlanSimulationTest {
    private static final int SIMULATIONS = Integer.getInteger("journal.simulations", 5000);
    private static final int TICKS = 40;
    private static final int LATEST = 5;
    private static final int MOST_PASSES = 100;

    @Test
    void every_journal_is_durable_or_a_gap() throws Exception {
        for (long seed = 1; seed <= SIMULATIONS; seed++) {
            try {
                new Site(seed).live();
            } catch (BackupException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static final class Site {
        private final Random random;
        private final TreeMap<JournalId, JournalPiece> chain = new TreeMap<>();
        private final TreeSet<JournalId> source = new TreeSet<>();
        private final TreeMap<Integer, List<JournalId>> late = new TreeMap<>();
        private final Set<JournalId> lost = new HashSet<>();
        private final List<JournalId> written = new ArrayList<>();
        private JournalId next;
        private long backups;

        Site(long seed) {
            random = new Random(seed);
            next = new JournalId(1, random.nextInt(50));
        }

        void live() throws BackupException {
            for (int tick = 0; tick < TICKS; tick++) {
                engine(tick);
                pass(random.nextInt(6));
            }
            engineEnds();
            int passes = 0;
            while (pass(Integer.MAX_VALUE)) {
                assertThat(++passes).isLessThan(MOST_PASSES);
            }
            assertThat(source).isEmpty();
            requireContiguous();
        }

        private void engine(int tick) {
            for (int drops = random.nextInt(4); drops > 0; drops--) {
                written.add(next);
                int fate = random.nextInt(20);
                if (fate == 0) {
                    lost.add(next);
                } else if (fate < 4) {
                    late.computeIfAbsent(tick + 1 + random.nextInt(LATEST), at -> new ArrayList<>())
                            .add(next);
                } else {
                    source.add(next);
                }
                boolean switched = random.nextInt(40) == 0;
                next = switched ? new JournalId(next.incarnation() + 1, next.sequence()) : next.next();
            }
            source.addAll(late.getOrDefault(tick, List.of()));
            late.remove(tick);
        }

        private void engineEnds() {
            late.values().forEach(source::addAll);
            written.add(next);
            source.add(next);
        }

        /** Dies after so many acts. @return whether there was anything to do */
        private boolean pass(int acts) throws BackupException {
            JournalView view = new JournalView(
                    true,
                    source.stream()
                            .map(id -> new Journal(id, "j", 1, Journal.State.READY))
                            .toList());
            PassPlan plan = PassPlan.of(view, List.copyOf(chain.values()), null);
            int left = acts;
            for (PassPlan.Release each : plan.toRelease()) {
                if (left-- <= 0) {
                    return true;
                }
                release(each.journal().id());
            }
            for (JournalId id : plan.lost()) {
                assertThat(source).as("a gap").doesNotContain(id);
                assertThat(chain).as("a gap").doesNotContainKey(id);
                chain.put(id, JournalPiece.gap("s", id));
            }
            if (plan.toBackUp().isEmpty() || left-- <= 0) {
                return !plan.isIdle();
            }
            BackupId backup = new BackupId(++backups);
            for (Journal journal : plan.toBackUp()) {
                JournalPiece before = chain.get(journal.id());
                assertThat(before == null || before.state() == PieceState.GAP)
                        .as("%s twice", journal.id())
                        .isTrue();
                chain.put(
                        journal.id(),
                        new JournalPiece(
                                "s", journal.id(), 0, 1, "j", 0, 0, "0".repeat(64), backup, PieceState.PARTIAL, false));
            }
            for (Journal journal : plan.toBackUp()) {
                if (left-- <= 0) {
                    return true;
                }
                release(journal.id());
            }
            return true;
        }

        private void release(JournalId id) {
            JournalPiece piece = chain.get(id);
            assertThat(piece != null && piece.state().isDurable())
                    .as("release of %s", id)
                    .isTrue();
            assertThat(source.remove(id)).isTrue();
            chain.put(id, piece.in(PieceState.READY));
        }

        private void requireContiguous() {
            for (JournalId id : written) {
                JournalPiece piece = chain.get(id);
                if (lost.contains(id)) {
                    assertThat(piece == null || piece.state() == PieceState.GAP)
                            .as("%s is lost", id)
                            .isTrue();
                } else {
                    assertThat(piece != null && piece.state().isDurable())
                            .as("%s", id)
                            .isTrue();
                }
            }
            JournalId before = null;
            for (JournalId id : chain.keySet()) {
                if (before != null && before.incarnation() == id.incarnation()) {
                    assertThat(id).as("behind %s", before).isEqualTo(before.next());
                }
                before = id;
            }
        }
    }
}
