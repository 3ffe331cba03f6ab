package io.saddlebag.cli;

import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a running job got: a bar on a terminal, nothing elsewhere (S12, E5). */
final class JobWatch {
    private static final long EVERY_MILLIS = 500;
    private static final long MEBIBYTE = 1L << 20;

    private final ScheduledExecutorService timer;
    private final ProgressBar bar;

    private JobWatch(ScheduledExecutorService timer, ProgressBar bar) {
        this.timer = timer;
        this.bar = bar;
    }

    /** @return what ends the watching */
    static Runnable of(Node node, Surroundings surroundings, String task) {
        if (!surroundings.terminal()) {
            return () -> {};
        }
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "saddlebag-progress");
            thread.setDaemon(true);
            return thread;
        });
        // a bar prints itself as soon as it is made
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setUnit(" MiB", MEBIBYTE)
                .setInitialMax(-1)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(System.err))
                .build();
        JobWatch watch = new JobWatch(timer, bar);
        ScheduledFuture<?> looking = timer.scheduleAtFixedRate(
                () -> watch.look(node, task), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return () -> watch.close(looking);
    }

    private void look(Node node, String task) {
        try {
            List<Job> jobs = node.jobs().jobs();
            jobs.stream()
                    .filter(job -> job.state() == JobState.RUNNING
                            && job.request().task().equals(task))
                    .findFirst()
                    .ifPresent(job -> {
                        bar.maxHint(
                                job.progress().totalBytes() == 0
                                        ? -1
                                        : job.progress().totalBytes());
                        bar.stepTo(job.progress().bytes());
                    });
        } catch (IOException e) {
            // the job itself reports what is wrong; a bar must never end a backup
            bar.setExtraMessage("progress unknown");
        }
    }

    private void close(ScheduledFuture<?> looking) {
        looking.cancel(false);
        timer.shutdownNow();
        bar.close();
    }
}
