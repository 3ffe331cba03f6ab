package io.saddlebag.camel.node;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.Message;

/** What headers say of jobs that have ended, and the failure of a step whose jobs did not complete. */
public final class EndedJobs {
    private EndedJobs() {}

    /**
     * Sets the headers, whatever became of the jobs, so that a failed request is filed with its jobs, too.
     *
     * @param jobs at least one, in the order in which they ran
     * @throws BackupException {@link StepFault#JOB_FAILED} naming the first that failed and its cause
     */
    public static void report(Message message, List<Job> jobs) throws BackupException {
        Job last = jobs.get(jobs.size() - 1);
        message.setHeader(SaddlebagHeaders.JOB, last.name().value());
        message.setHeader(
                SaddlebagHeaders.JOB_FILE,
                jobs.stream().map(Job::name).map(ExchangeJob::fileName).collect(Collectors.joining("_")));
        message.setHeader(SaddlebagHeaders.JOB_STATE, last.state().display());
        for (Job job : jobs) {
            requireCompleted(job);
        }
    }

    /** @throws BackupException {@link StepFault#JOB_FAILED} with the job's cause, unless it completed */
    public static void requireCompleted(Job job) throws BackupException {
        if (job.state() != JobState.COMPLETED && job.state() != JobState.COMPLETED_WITH_WARNINGS) {
            throw new BackupException(
                    StepFault.JOB_FAILED,
                    "job " + job.name() + " (" + job.request().task() + ") is "
                            + job.state().display() + ": " + job.cause(),
                    "Read its transcript with 'saddlebag catxcr " + job.name() + "'.");
        }
    }
}
