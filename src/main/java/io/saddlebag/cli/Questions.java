package io.saddlebag.cli;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobName;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.OperatorRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Shows what the jobs of this process ask, and takes the answers of whoever sits at its terminal to what they are asked (M5).
 * Used by one thread.
 */
final class Questions {
    /** Lines typed before a question are no answer to it; more than so many aren't looked for. */
    private static final int MOST_TYPED_AHEAD = 1000;

    private final Jobs jobs;
    private final Surroundings surroundings;
    private final PrintWriter err;
    private final Map<Key, OperatorRequest> shown = new LinkedHashMap<>();

    Questions(Jobs jobs, Surroundings surroundings) {
        this.jobs = jobs;
        this.surroundings = surroundings;
        this.err = surroundings.err();
    }

    private record Key(JobName job, int request) {
        static Key of(OperatorRequest request) {
            return new Key(request.job(), request.number());
        }
    }

    void look() throws IOException {
        List<OperatorRequest> open = jobs.openRequestsHere();
        forgetAllBut(open);
        for (OperatorRequest request : open) {
            if (shown.putIfAbsent(Key.of(request), request) == null) {
                show(request);
            }
        }
        Optional<OperatorRequest> asked = open.stream()
                .filter(request -> request.reply() == null && asksHere(request))
                .findFirst();
        if (asked.isPresent()) {
            Optional<String> typed = surroundings.terminal().typed();
            if (typed.isPresent()) {
                answer(asked.get(), typed.get().strip().toLowerCase(Locale.ROOT));
            }
        }
    }

    private boolean asksHere(OperatorRequest request) {
        return request.question().audience() == OperatorRequest.Audience.CLIENT
                && surroundings.terminal().answers();
    }

    private void show(OperatorRequest request) throws IOException {
        err.println();
        err.println("job " + request.job() + " waits (request " + request.number() + "): "
                + request.question().wanted());
        if (asksHere(request)) {
            for (int i = 0;
                    i < MOST_TYPED_AHEAD && surroundings.terminal().typed().isPresent();
                    i++) {
                err.flush();
            }
            ask(request);
        } else {
            err.println("answer from anywhere: saddlebag rpyjob " + request.job() + " --"
                    + request.replies().replace(", ", "|--"));
        }
        err.flush();
    }

    private void ask(OperatorRequest request) {
        err.print("answer (" + request.replies() + "): ");
        err.flush();
    }

    private void answer(OperatorRequest request, String typed) throws IOException {
        Optional<OperatorRequest.Reply> reply = request.question().kind().replies().stream()
                .filter(each -> each.display().equals(typed))
                .findFirst();
        if (reply.isEmpty()) {
            ask(request);
            return;
        }
        try {
            jobs.reply(request.job(), request.number(), reply.get(), surroundings.user());
        } catch (BackupException e) {
            // somebody else was quicker
            err.println(e.what());
        }
    }

    private void forgetAllBut(List<OperatorRequest> open) throws IOException {
        List<Key> keys = open.stream().map(Key::of).toList();
        for (Key key : List.copyOf(shown.keySet())) {
            if (!keys.contains(key)) {
                shown.remove(key);
                for (OperatorRequest request : jobs.requests(key.job())) {
                    if (request.number() == key.request()) {
                        err.println();
                        err.println("job " + key.job() + ", request " + key.request() + ": " + request.outcome());
                    }
                }
            }
        }
        err.flush();
    }
}
