package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every {@link JournalChain} does. */
@Tag("J13")
@Tag("J25")
abstract class JournalChainContract {
    /** An empty one, another at each call. */
    abstract JournalChain chain() throws IOException;

    static JournalPiece piece(long sequence, long from, PieceState state, @Nullable Long backup) {
        return new JournalPiece(
                "ledger",
                new JournalId(1, sequence),
                from,
                backup == null ? 0 : 10,
                backup == null ? "" : "redo",
                0,
                0,
                backup == null ? null : "0".repeat(64),
                backup == null ? null : new BackupId(backup),
                state,
                false);
    }

    @Test
    void pieces_are_in_the_order_in_which_they_are_applied() throws IOException {
        JournalChain chain = chain();
        JournalPiece late = piece(3, 0, PieceState.READY, 1L);
        JournalPiece part = piece(2, 10, PieceState.PARTIAL, 1L);
        JournalPiece first = piece(2, 0, PieceState.READY, 1L);

        chain.record(List.of(late, part, first));

        assertThat(chain.pieces("ledger")).containsExactly(first, part, late);
        assertThat(chain.pieces("ledger", new JournalId(1, 3))).containsExactly(late);
        assertThat(chain.last("ledger")).contains(new JournalId(1, 3));
        assertThat(chain.sources()).containsExactly("ledger");
        assertThat(chain.pieces("other")).isEmpty();
        assertThat(chain.last("other")).isEmpty();
    }

    @Test
    @Tag("J18")
    void several_pieces_are_released_at_once() throws IOException {
        JournalChain chain = chain();
        JournalPiece first = piece(1, 0, PieceState.PARTIAL, 1L);
        JournalPiece second = piece(2, 0, PieceState.PARTIAL, 1L);
        JournalPiece other = piece(3, 0, PieceState.PARTIAL, 1L);
        chain.record(List.of(first, second, other));

        chain.become(List.of(first, second, piece(9, 0, PieceState.PARTIAL, 1L)), PieceState.READY);
        chain.become(List.of(), PieceState.BROKEN);

        assertThat(chain.pieces("ledger"))
                .extracting(JournalPiece::state)
                .containsExactly(PieceState.READY, PieceState.READY, PieceState.PARTIAL);
    }

    @Test
    void incarnations_are_one_behind_the_other() throws IOException {
        JournalChain chain = chain();
        List<JournalPiece> all =
                List.of(of(1, 5, 0), of(1, 5, 10), of(1, 6, 0), of(3, 2, 0), of(3, 3, 0), of(3, 3, 10), of(4, 1, 0));
        chain.record(all);

        assertThat(chain.last("ledger")).contains(new JournalId(4, 1));
        assertThat(chain.lastBefore("ledger", 4)).contains(new JournalId(3, 3));
        assertThat(chain.lastBefore("ledger", 3)).contains(new JournalId(1, 6));
        assertThat(chain.lastBefore("ledger", 1)).isEmpty();
        assertThat(chain.pieces("ledger", new JournalId(1, 6), new JournalId(3, 3)))
                .isEqualTo(all.subList(2, 6));
    }

    private static JournalPiece of(long incarnation, long sequence, long from) {
        return new JournalPiece(
                "ledger",
                new JournalId(incarnation, sequence),
                from,
                10,
                "redo",
                0,
                0,
                "0".repeat(64),
                new BackupId(1),
                PieceState.READY,
                false);
    }

    @Test
    void what_is_durable_stays_and_a_gap_takes_nothings_place() throws IOException {
        JournalChain chain = chain();
        chain.record(List.of(piece(1, 0, PieceState.READY, 1L), piece(2, 0, PieceState.GAP, null)));

        chain.record(List.of(piece(1, 0, PieceState.PARTIAL, 2L), piece(2, 0, PieceState.PARTIAL, 2L)));
        assertThat(chain.pieces("ledger"))
                .containsExactly(piece(1, 0, PieceState.READY, 1L), piece(2, 0, PieceState.PARTIAL, 2L));

        chain.become(piece(2, 0, PieceState.PARTIAL, 2L), PieceState.BROKEN);
        chain.record(List.of(piece(2, 0, PieceState.GAP, null)));
        assertThat(chain.pieces("ledger").get(1).state()).isEqualTo(PieceState.BROKEN);
        chain.record(List.of(piece(2, 0, PieceState.PARTIAL, 3L)));
        assertThat(chain.pieces("ledger").get(1)).isEqualTo(piece(2, 0, PieceState.PARTIAL, 3L));
    }

    /** A journal that grows was read at different times, by two processes that didn't know of each other's image. */
    @Test
    @Tag("J18")
    void of_two_images_of_the_same_bytes_one_is_recorded_and_nothing_of_the_other() throws IOException {
        JournalChain chain = chain();
        List<JournalPiece> first = List.of(bytes(1, 0, 10, 1), bytes(1, 10, 5, 1));
        chain.record(first);

        chain.record(List.of(bytes(1, 0, 12, 2), bytes(1, 12, 8, 2), bytes(2, 0, 3, 2)));

        assertThat(chain.pieces("ledger")).containsExactly(first.get(0), first.get(1), bytes(2, 0, 3, 2));
        chain.become(first, PieceState.BROKEN);
        chain.record(List.of(bytes(1, 0, 20, 3)));
        assertThat(chain.pieces("ledger"))
                .containsExactly(bytes(1, 0, 20, 3), first.get(1).in(PieceState.BROKEN), bytes(2, 0, 3, 2));
    }

    private static JournalPiece bytes(long sequence, long from, long bytes, long backup) {
        return new JournalPiece(
                "ledger",
                new JournalId(1, sequence),
                from,
                bytes,
                "redo",
                0,
                0,
                "0".repeat(64),
                new BackupId(backup),
                PieceState.PARTIAL,
                false);
    }

    @Test
    void intents_are_kept_in_order_until_they_are_fulfilled() throws IOException {
        JournalChain chain = chain();
        chain.intend("ledger", "b");
        chain.intend("ledger", "a");
        chain.intend("ledger", "b");
        chain.intend("other", "c");

        assertThat(chain.intended("ledger")).containsExactly("b", "a");
        chain.fulfilled("ledger", "b");
        chain.fulfilled("ledger", "b");
        assertThat(chain.intended("ledger")).containsExactly("a");
        assertThat(chain.intended("other")).containsExactly("c");
    }

    @Test
    void random_changes_come_to_the_same_everywhere() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            JournalChain chain = chain();
            MemoryChain twin = new MemoryChain();
            Random random = new Random(seed);
            PieceState[] states = PieceState.values();
            for (int step = 0; step < 40; step++) {
                PieceState state = states[random.nextInt(states.length)];
                JournalPiece piece = piece(
                        random.nextInt(4),
                        10L * random.nextInt(2),
                        state,
                        state == PieceState.GAP ? null : 1L + random.nextInt(3));
                if (random.nextInt(3) == 0 && state != PieceState.GAP && isKnown(twin, piece)) {
                    chain.become(piece, state);
                    twin.become(piece, state);
                } else {
                    chain.record(List.of(piece));
                    twin.record(List.of(piece));
                }
                assertThat(chain.pieces("ledger"))
                        .as("seed %s, step %s", seed, step)
                        .isEqualTo(twin.pieces("ledger"));
            }
        }
    }

    private static boolean isKnown(MemoryChain chain, JournalPiece piece) {
        return chain.pieces("ledger").stream()
                .anyMatch(each ->
                        each.id().equals(piece.id()) && each.from() == piece.from() && each.state() != PieceState.GAP);
    }
}
