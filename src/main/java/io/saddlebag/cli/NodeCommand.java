package io.saddlebag.cli;

import io.saddlebag.node.Node;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/** A command that works with an open node. */
abstract class NodeCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Override
    public final Integer call() throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), purpose())) {
            if (purpose() == Surroundings.Purpose.LOOK) {
                return run(node, root.output());
            }
            try (JobWatch watch = JobWatch.of(node, root.surroundings(), watchedTask())) {
                watch.begin();
                return run(node, root.output());
            }
        }
    }

    /** The task of the job whose progress is shown; null for none. */
    @Nullable
    String watchedTask() {
        return null;
    }

    Surroundings.Purpose purpose() {
        return Surroundings.Purpose.LOOK;
    }

    /** @return an {@link ExitCode} */
    abstract int run(Node node, Output output) throws Exception;

    SaddlebagCommand root() {
        SaddlebagCommand root = parent;
        if (root == null) {
            throw new IllegalStateException("a command without its parent");
        }
        return root;
    }

    boolean json() {
        return root().json;
    }

    String user() {
        return root().surroundings().user();
    }
}
