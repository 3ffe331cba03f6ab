package io.saddlebag.cli;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Check configuration, databases, libraries, snapshots, free space, and say what to do.")
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        List<Surroundings.Finding> findings = root.surroundings().checks().doctor(root.homeFolder());
        return Findings.report(findings, root.output(), root.json, "nothing was checked");
    }
}
