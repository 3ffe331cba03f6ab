package io.saddlebag.lease.watchdog;

import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.ReturnAttempts;
import io.saddlebag.lease.SourceReturner;
import java.time.Duration;
import java.util.function.Consumer;

/** Brings the source of a lease back, keeps its record, and tells the holder. */
final class Acting {
    /** How long the source waits for the note that it is being brought back: the note may hang on the frozen source. */
    private static final Duration NOTE_PATIENCE = Duration.ofSeconds(1);

    private static final Duration RECORD_PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST_WHY = 500;

    private final SourceReturner returner;
    private final Waiter pauses;
    private final ReturnAttempts attempts;
    private final LeaseClerk clerk;
    private final Consumer<String> answers;

    /**
     * @param pauses between two attempts; may throw {@link SourceLock.TakenOver} or {@link SourceLock.Lost}
     * @param answers takes what the holder is told
     */
    Acting(
            SourceReturner returner,
            Waiter pauses,
            ReturnAttempts attempts,
            LeaseClerk clerk,
            Consumer<String> answers) {
        this.returner = returner;
        this.pauses = pauses;
        this.attempts = attempts;
        this.clerk = clerk;
        this.answers = answers;
    }

    /** @return {@link LeaseState#ACTED}, {@link LeaseState#FAILED}, or {@link LeaseState#RELEASED} when another lease took the source over */
    LeaseState bringBack(LeaseRecord lease, String why) throws InterruptedException {
        answers.accept("acting");
        clerk.log("acting: " + why);
        LeaseRecord acting = lease.in(LeaseState.ACTING);
        if (clerk.publish(acting, NOTE_PATIENCE) == LeaseClerk.Outcome.FAILED) {
            clerk.retract(NOTE_PATIENCE);
        }
        LeaseRecord end;
        try {
            end = attempts.carryOut(acting, returner, pauses, clerk::log, clerk::publishSometime);
        } catch (SourceLock.TakenOver newer) {
            return released(acting);
        } catch (SourceLock.Lost lost) {
            end = acting.attempted(String.valueOf(lost.getMessage())).in(LeaseState.FAILED);
        }
        if (clerk.publish(end, RECORD_PATIENCE) != LeaseClerk.Outcome.DURABLE) {
            clerk.log("the outcome " + end.state() + " could not be recorded");
        }
        String error = end.lastError();
        clerk.log(error == null ? "the source is back" : "ALARM: the source is not back: " + error);
        answers.accept(error == null ? "acted ok" : "acted failed " + oneLine(error));
        return end.state();
    }

    /** Whoever guards the source now answers for it; this lease owes nothing any more. */
    private LeaseState released(LeaseRecord lease) throws InterruptedException {
        clerk.log("another lease guards the source now");
        if (clerk.publish(lease.in(LeaseState.RELEASED), RECORD_PATIENCE) != LeaseClerk.Outcome.DURABLE) {
            clerk.retract(RECORD_PATIENCE);
        }
        answers.accept("acted failed another lease guards the source now");
        return LeaseState.RELEASED;
    }

    static String oneLine(String text) {
        String flat = text.replaceAll("\\s+", " ");
        return flat.length() <= LONGEST_WHY ? flat : flat.substring(0, LONGEST_WHY);
    }
}
