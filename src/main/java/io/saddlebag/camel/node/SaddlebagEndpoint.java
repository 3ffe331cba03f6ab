package io.saddlebag.camel.node;

import io.saddlebag.fault.BackupException;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** What Saddlebag's endpoints have in common. Making and starting one touches nothing, so that routes can be dry-run. */
public abstract class SaddlebagEndpoint extends DefaultEndpoint {
    private final SaddlebagComponent component;

    protected SaddlebagEndpoint(String uri, SaddlebagComponent component) {
        super(uri, component);
        this.component = component;
    }

    /** The node; started at the first call where the host application brings none. */
    public Node node() throws IOException, InterruptedException {
        Node given = component.getNode();
        return given == null ? component.contextNode().node() : given;
    }

    /** The jobs in progress on exchanges of this context. */
    public ContextNode context() {
        return component.contextNode();
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                getEndpointUri() + " can't be the start of a route; use it in a 'to' step");
    }

    /** The node if it is there without being started. */
    protected @Nullable Node nodeIfThere() {
        Node given = component.getNode();
        return given == null ? component.contextNode().nodeIfThere() : given;
    }

    protected void requireKnown(String kind, String name, Set<String> known) throws BackupException {
        if (!known.contains(name)) {
            throw new BackupException(
                    StepFault.UNKNOWN_NAME,
                    getEndpointUri() + ": there is no " + kind + " '" + name + "'; there "
                            + (known.isEmpty() ? "is none" : "are " + String.join(", ", new TreeSet<>(known))),
                    "Use one of those, or add it to config/saddlebag.yaml.");
        }
    }

    /** Says at the start that keys aren't there, not when a database stands still for the image. */
    protected void requireKeys(String names) throws IOException {
        Node there = nodeIfThere();
        if (there != null) {
            there.keys().encryption(names);
        }
    }

    /** @param example of a valid URI */
    protected IllegalArgumentException lacks(String option, String example) {
        return new IllegalArgumentException(getEndpointUri() + " needs option '" + option + "', as in " + example);
    }
}
