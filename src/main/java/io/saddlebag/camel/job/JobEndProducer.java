package io.saddlebag.camel.job;

import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.RouteFault;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Ends the exchange's job, and the route as failed when the job has. */
final class JobEndProducer extends DefaultProducer {
    private final JobEndpoint endpoint;

    JobEndProducer(JobEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Job job = ExchangeJob.of(exchange, endpoint.context()).end();
        Message message = exchange.getMessage();
        message.setHeader(SaddlebagHeaders.JOB_STATE, job.state().display());
        String downtime = job.figures().get("downtime-ms");
        if (downtime != null) {
            message.setHeader(SaddlebagHeaders.DOWNTIME, Long.valueOf(downtime));
        }
        if (job.state() != JobState.COMPLETED && job.state() != JobState.COMPLETED_WITH_WARNINGS) {
            throw new BackupException(
                    RouteFault.JOB_FAILED,
                    "job " + job.name() + " (" + job.request().task() + ") is "
                            + job.state().display() + ": " + job.cause(),
                    "Read its transcript with 'saddlebag catxcr " + job.name() + "'.");
        }
    }
}
