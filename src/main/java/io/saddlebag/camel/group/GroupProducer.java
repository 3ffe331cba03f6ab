package io.saddlebag.camel.group;

import io.saddlebag.backup.GroupBackup;
import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.Job;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Carries out one operation on one group, and fails when its job does. */
final class GroupProducer extends DefaultProducer {
    private final GroupEndpoint endpoint;

    GroupProducer(GroupEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        Message message = exchange.getMessage();
        if (endpoint.getOperation() == GroupOperation.RESTORE) {
            EndedJobs.report(message, node.restores().restoreGroup(endpoint.restoreRequest()));
        } else {
            backUp(node, message);
        }
    }

    private void backUp(Node node, Message message) throws IOException, InterruptedException {
        Optional<Job> ended = new GroupBackup(node.backups()).run(endpoint.order(node));
        if (ended.isEmpty()) {
            message.setHeader(SaddlebagHeaders.SKIPPED, true);
            return;
        }
        String point = ended.get().figures().get("group-id");
        if (point != null) {
            message.setHeader(SaddlebagHeaders.RECOVERY_POINT, point);
        }
        EndedJobs.report(message, List.of(ended.get()));
    }
}
