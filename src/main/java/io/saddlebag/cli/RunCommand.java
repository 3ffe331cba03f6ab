package io.saddlebag.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Run the routes of a folder until this process is told to end. Changed files are taken while it runs.")
final class RunCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description = "The folder of route files; default: routes below home.")
    @Nullable
    Path routes;

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = java.util.Objects.requireNonNull(parent);
        Path folder = routes == null ? root.homeFolder().resolve("routes") : routes;
        return root.surroundings().service().run(root.homeFolder(), folder);
    }
}
