package io.saddlebag.operator;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One operation on several things (M12), one after the other, each a step of its job. That one fails keeps the others from
 * nothing.
 */
public final class Series {
    private Series() {}

    /**
     * What became of one.
     *
     * @param of the thing, as it was named
     * @param text for people: what was done, or why it was not
     * @param failure null when it was done
     */
    public record Outcome(String of, String text, @Nullable IOException failure) {}

    /** What is done with each. */
    @FunctionalInterface
    public interface Work<E, T> {
        T with(E thing) throws IOException, InterruptedException;
    }

    /** What is done with each, and what that came to, for people. */
    public record Step<E, T>(Work<E, T> work, Function<T, String> told) {}

    public static <E, T> Step<E, T> step(Work<E, T> work, Function<T, String> told) {
        return new Step<>(work, told);
    }

    /**
     * @param operation as in transcripts: {@code labelvol}
     * @param told hears what became of each at once
     * @return the results, in order
     * @throws IOException when one failed: that failure when there is one thing only, else
     *     {@link OperatorFault#SOME_FAILED} with all of them
     */
    public static <E, T> List<T> run(
            JobRun job, String operation, List<E> things, Step<E, T> step, Consumer<Outcome> told)
            throws IOException, InterruptedException {
        List<T> results = new ArrayList<>();
        List<Outcome> failed = new ArrayList<>();
        for (E thing : things) {
            job.checkCancelled();
            Outcome outcome;
            try {
                T result = job.step(operation + " " + thing, () -> step.work().with(thing));
                outcome = new Outcome(thing.toString(), step.told().apply(result), null);
                job.output(outcome.of() + ": " + outcome.text());
                results.add(result);
            } catch (IOException e) {
                outcome = new Outcome(thing.toString(), text(e), e);
                failed.add(outcome);
            }
            told.accept(outcome);
        }
        requireNone(failed, things.size());
        return results;
    }

    private static void requireNone(List<Outcome> failed, int of) throws IOException {
        if (failed.isEmpty()) {
            return;
        }
        IOException first = failed.get(0).failure();
        if (of == 1 && first != null) {
            throw first;
        }
        BackupException all = new BackupException(
                OperatorFault.SOME_FAILED,
                failed.size() + " of " + of + " failed: "
                        + failed.stream()
                                .map(each -> each.of() + ": " + each.text())
                                .collect(Collectors.joining("; ")),
                first instanceof BackupException known ? known.hint() : "Look at the inventory, and repeat those.",
                first);
        failed.stream().skip(1).forEach(each -> all.addSuppressed(each.failure()));
        throw all;
    }

    private static String text(IOException failure) {
        return failure instanceof BackupException known
                ? known.codeId() + " " + known.what()
                : String.valueOf(failure.getMessage());
    }
}
