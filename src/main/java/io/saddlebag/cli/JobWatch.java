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
import org.jspecify.annotations.Nullable;

/**
 * Follows the jobs of a command: how far one got, as a bar on a terminal (S12, E5), and what they ask of people (M5).
 */
final class JobWatch implements AutoCloseable {
    private static final long EVERY_MILLIS = 500;
    private static final long LONGEST_END_SECONDS = 5;
    private static final long MEBIBYTE = 1L << 20;

    private final Node node;
    private final @Nullable String barTask;
    private final Questions questions;
    private final ScheduledExecutorService timer;
    private @Nullable ProgressBar bar;
    private @Nullable ScheduledFuture<?> looking;

    private JobWatch(Node node, @Nullable String barTask, Questions questions, ScheduledExecutorService timer) {
        this.node = node;
        this.barTask = barTask;
        this.questions = questions;
        this.timer = timer;
    }

    /** @param task of the job whose progress is shown as a bar; null for none */
    static JobWatch of(Node node, Surroundings surroundings, @Nullable String task) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "saddlebag-watch");
            thread.setDaemon(true);
            return thread;
        });
        String shown = surroundings.terminal().watches() ? task : null;
        return new JobWatch(node, shown, new Questions(node.jobs(), surroundings), timer);
    }

    void begin() {
        looking = timer.scheduleAtFixedRate(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            showProgress();
            questions.look();
        } catch (IOException | RuntimeException e) {
            // the job itself reports what is wrong; to watch it must never end it
            ProgressBar shown = bar;
            if (shown != null) {
                shown.setExtraMessage("progress unknown");
            }
        }
    }

    private void showProgress() throws IOException {
        String task = barTask;
        if (task == null) {
            return;
        }
        List<Job> jobs = node.jobs().jobs();
        for (Job job : jobs) {
            if (job.request().task().equals(task) && job.state() == JobState.RUNNING) {
                step(job.progress());
            } else if (job.request().task().equals(task) && job.state() == JobState.WAITING_FOR_OPERATOR) {
                pause();
            }
        }
    }

    /** A bar prints itself as soon as it is made, and then every second. */
    private void step(Job.Progress progress) {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = new ProgressBarBuilder()
                    .setTaskName(barTask)
                    .setUnit(" MiB", MEBIBYTE)
                    .setInitialMax(-1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(System.err))
                    .build();
            bar = shown;
        }
        shown.resume();
        shown.maxHint(progress.totalBytes() == 0 ? -1 : progress.totalBytes());
        shown.stepTo(progress.bytes());
    }

    /** It would write over a question. */
    private void pause() {
        ProgressBar shown = bar;
        if (shown != null) {
            shown.pause();
        }
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.cancel(false);
        }
        timer.shutdownNow();
        try {
            timer.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ProgressBar shown = bar;
        if (shown != null) {
            shown.close();
        }
    }
}
