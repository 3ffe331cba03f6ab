package io.saddlebag.camel.node;

import io.saddlebag.node.Node;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** What Saddlebag's components have in common: the node that they work with. */
public abstract class SaddlebagComponent extends DefaultComponent {
    @Metadata(
            autowired = true,
            label = "advanced",
            description =
                    "The node to work with. Without it, the only one in the registry; else one is started for this"
                            + " context from the folder that property saddlebag.home names, and closed with the context.")
    private @Nullable Node node;

    public @Nullable Node getNode() {
        return node;
    }

    public void setNode(@Nullable Node node) {
        this.node = node;
    }

    ContextNode contextNode() {
        return ContextNode.of(getCamelContext());
    }
}
