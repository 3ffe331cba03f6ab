package io.saddlebag.camel.job;

import io.saddlebag.job.JobName;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Answers what a job asks; the body becomes the answered request. */
final class JobReplyProducer extends DefaultProducer {
    private final JobEndpoint endpoint;

    JobReplyProducer(JobEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        JobName job = new JobName(Objects.requireNonNull(endpoint.getJob()));
        String by = endpoint.getUser() == null ? "a route" : endpoint.getUser();
        exchange.getMessage()
                .setBody(endpoint.node()
                        .jobs()
                        .reply(job, endpoint.getRequest(), Objects.requireNonNull(endpoint.getReply()), by));
    }
}
