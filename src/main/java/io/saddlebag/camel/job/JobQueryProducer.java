package io.saddlebag.camel.job;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.camel.node.StepFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Sets the body to what jobs there are, newest last; never to more than the limit. */
final class JobQueryProducer extends DefaultProducer {
    private final JobEndpoint endpoint;

    JobQueryProducer(JobEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        Object body = switch (java.util.Objects.requireNonNull(endpoint.getAction())) {
            case SHOW -> show(node, name(exchange));
            case TRANSCRIPT -> transcript(node, name(exchange));
            case REQUESTS -> node.jobs().openRequests();
            default -> last(node.jobs().jobs());
        };
        exchange.getMessage().setBody(body);
    }

    private JobName name(Exchange exchange) throws BackupException {
        String name = endpoint.getJob();
        if (name == null) {
            name = exchange.getMessage().getHeader(SaddlebagHeaders.JOB, String.class);
        }
        if (name == null) {
            throw new BackupException(
                    StepFault.NO_JOB,
                    endpoint.getEndpointUri() + ": no job is named, and this exchange belongs to none",
                    "Name it, as in job:show?job=15.");
        }
        return new JobName(name);
    }

    private static Job show(Node node, JobName name) throws IOException {
        return node.jobs()
                .find(name)
                .orElseThrow(() -> new BackupException(
                        StepFault.NO_JOB, "there is no job " + name, "'job:list' or 'saddlebag lsjob' show all jobs."));
    }

    private String transcript(Node node, JobName name) throws IOException {
        Deque<String> newest = new ArrayDeque<>();
        try (Stream<String> lines = node.transcripts().lines(name)) {
            lines.forEach(line -> {
                if (newest.size() == endpoint.getLimit()) {
                    newest.removeFirst();
                }
                newest.addLast(line);
            });
        }
        return String.join("\n", newest);
    }

    private List<Job> last(List<Job> oldestFirst) {
        int from = Math.max(0, oldestFirst.size() - endpoint.getLimit());
        return List.copyOf(oldestFirst.subList(from, oldestFirst.size()));
    }
}
