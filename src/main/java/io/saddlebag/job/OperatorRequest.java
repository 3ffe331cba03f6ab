package io.saddlebag.job;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something that a job asks of people, and waits for (S7, S9, M5).
 *
 * @param number from 1, within the job
 * @param at when it was asked
 * @param reply null until somebody answered; the first answer counts
 * @param repliedBy who that was; null before
 * @param outcome how the wait ended; null while the job waits
 * @param closed when the wait ended; null while the job waits
 */
public record OperatorRequest(
        JobName job,
        int number,
        Question question,
        Instant at,
        @Nullable Reply reply,
        @Nullable String repliedBy,
        @Nullable String outcome,
        @Nullable Instant closed) {
    /**
     * What is asked of whom.
     *
     * @param wanted for people: what is needed, where, and why
     */
    public record Question(Kind kind, Audience audience, String wanted) {}

    /** What is asked for. */
    public enum Kind {
        /** A volume that is not in the library. */
        VOLUME(List.of(Reply.RETRY, Reply.ABORT)),
        /** Whether a volume may be taken that has another label than the one expected (M10). */
        LABEL(List.of(Reply.ACCEPT, Reply.RETRY, Reply.ABORT)),
        /** That somebody carries a cartridge into a library or out of it (M13). */
        CARTRIDGE(List.of(Reply.RETRY, Reply.ABORT));

        @SuppressWarnings("ImmutableEnumChecker") // List.of makes it so
        private final List<Reply> replies;

        Kind(List<Reply> replies) {
            this.replies = replies;
        }

        /** Those that make sense. */
        public List<Reply> replies() {
            return replies;
        }

        /** As people see it. */
        public String display() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who is asked (M5). Anybody else may answer, too. */
    public enum Audience {
        OPERATOR,
        /** Whoever sits at the terminal of the command that runs the job. */
        CLIENT;

        /** As people see it. */
        public String display() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What people can answer. */
    public enum Reply {
        /** It may be there now: look again. Where a label was in question: not this volume, look for another. */
        RETRY,
        /** Take the volume in spite of its label. */
        ACCEPT,
        /** Give up: the job fails. */
        ABORT;

        /** As people write it. */
        public String display() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The job waits for it still. */
    public boolean open() {
        return closed == null;
    }

    /** The valid answers, for people: {@code retry, abort}. */
    public String replies() {
        return question.kind().replies().stream().map(Reply::display).collect(Collectors.joining(", "));
    }
}
