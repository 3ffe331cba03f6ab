package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images that are found later than they were made, beside those that were made in their place. */
@Tag("J13")
@Tag("J18")
class FoundPiecesTest {
    private static JournalPiece piece(long journal, long from, long bytes, int backup, PieceState state) {
        return new JournalPiece(
                "log",
                new JournalId(1, journal),
                from,
                bytes,
                "log-" + journal,
                0,
                0,
                "0".repeat(64),
                BackupId.parse(Integer.toString(backup)),
                state,
                false);
    }

    private static JournalPiece found(long journal, long from, long bytes, int backup) {
        return piece(journal, from, bytes, backup, PieceState.PARTIAL);
    }

    @Test
    void nothing_of_an_image_that_was_made_again_meanwhile_gets_into_the_chain() {
        List<JournalPiece> known = List.of(piece(1, 0, 40, 3, PieceState.READY), piece(1, 40, 9, 3, PieceState.READY));

        assertThat(FoundPieces.fitting(known, List.of(found(1, 0, 10, 5), found(1, 10, 15, 5))))
                .isEmpty();
    }

    @Test
    void of_two_from_the_same_byte_the_longer_one_is_taken_whichever_was_found_first() {
        List<JournalPiece> shorter = List.of(found(1, 0, 10, 5), found(1, 10, 15, 5));
        List<JournalPiece> longer = List.of(found(1, 0, 40, 7), found(1, 40, 9, 7));
        JournalPiece next = found(1, 49, 3, 8);

        assertThat(FoundPieces.fitting(
                        List.of(), List.of(shorter.get(0), shorter.get(1), longer.get(0), longer.get(1), next)))
                .containsExactly(longer.get(0), longer.get(1), next);
        assertThat(FoundPieces.fitting(
                        List.of(), List.of(next, longer.get(0), longer.get(1), shorter.get(0), shorter.get(1))))
                .containsExactlyInAnyOrder(longer.get(0), longer.get(1), next);
    }

    @Test
    void what_a_chain_has_as_a_gap_or_gave_up_is_taken() {
        List<JournalPiece> known =
                List.of(JournalPiece.gap("log", new JournalId(1, 1)), piece(1, 0, 40, 3, PieceState.BROKEN));

        assertThat(FoundPieces.fitting(known, List.of(found(1, 0, 40, 5), found(2, 0, 40, 5))))
                .hasSize(2);
    }
}
