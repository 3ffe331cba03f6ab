package io.saddlebag.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = "Check route files as 'run' does, without running anything.")
final class LintCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files or folders; default: routes below home.")
    List<Path> files = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        List<Path> asked = files.isEmpty() ? List.of(root.homeFolder().resolve("routes")) : files;
        List<Surroundings.Finding> findings = root.surroundings().checks().lint(root.homeFolder(), asked);
        return Findings.report(findings, root.output(), root.json, "no findings");
    }
}
