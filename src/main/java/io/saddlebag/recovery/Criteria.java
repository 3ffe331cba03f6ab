package io.saddlebag.recovery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a backup has to satisfy to be restored (R3).
 *
 * @param media at least one
 */
public record Criteria(Until until, Set<Medium> media) {
    public Criteria {
        media = Set.copyOf(media);
        if (media.isEmpty()) {
            throw new IllegalArgumentException("no medium is allowed; valid are " + Medium.display(Medium.ANY));
        }
    }

    /**
     * The newest point first; at the same point an image copy before a backup set, then disk before tape, then the backup
     * made last.
     */
    public Choice choose(List<Candidate> known) {
        List<Candidate> satisfying = new ArrayList<>();
        List<Choice.PassedOver> passedOver = new ArrayList<>();
        List<Candidate> newestFirst = new ArrayList<>(known);
        newestFirst.sort(Comparator.comparing(Candidate::point)
                .thenComparing(Candidate::id)
                .reversed());
        for (Candidate each : newestFirst) {
            String why = against(each);
            if (why == null) {
                satisfying.add(each);
            } else {
                passedOver.add(new Choice.PassedOver(each, why));
            }
        }
        Comparator<Candidate> newest = Comparator.comparing(Candidate::point).reversed();
        satisfying.sort(newest.thenComparing(Candidate::kind)
                .thenComparing(each -> Objects.requireNonNull(each.medium(media)))
                .thenComparing(Candidate::id, Comparator.reverseOrder()));
        return new Choice(satisfying, passedOver);
    }

    /** Null when nothing speaks against it. */
    private @Nullable String against(Candidate candidate) {
        String obstacle = candidate.obstacle();
        if (obstacle != null) {
            return obstacle;
        }
        String beyond = beyond(candidate);
        if (beyond != null) {
            return beyond;
        }
        for (Piece piece : candidate.pieces()) {
            if (piece.inOrder(media).isEmpty()) {
                return "image " + piece.image() + " has no copy on " + Medium.display(media)
                        + (piece.copies().isEmpty()
                                ? ""
                                : ", only "
                                        + String.join(
                                                ", ",
                                                piece.copies().stream()
                                                        .map(StoredCopy::place)
                                                        .toList()));
            }
        }
        return null;
    }

    private @Nullable String beyond(Candidate candidate) {
        if (until instanceof Until.Time time) {
            Instant bound = time.instant();
            return candidate.point().isAfter(bound) ? "it is newer than " + bound : null;
        }
        if (until instanceof Until.Position wanted) {
            return beyond(candidate.position(), wanted.position());
        }
        if (until instanceof Until.Sequence wanted) {
            Long sequence = candidate.sequence();
            if (sequence == null) {
                return "which journals it needs isn't known";
            }
            return sequence > wanted.number() ? "it needs journal " + sequence : null;
        }
        return null;
    }

    private static @Nullable String beyond(@Nullable LogPosition reached, LogPosition bound) {
        if (reached == null) {
            return "where in the journals it ends isn't known";
        }
        if (!reached.isComparable(bound)) {
            return "it ends at " + reached + ", which can't be compared with " + bound;
        }
        return reached.isAfter(bound) ? "it reaches to " + reached : null;
    }
}
