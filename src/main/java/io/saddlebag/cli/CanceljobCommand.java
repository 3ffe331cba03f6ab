package io.saddlebag.cli;

import io.saddlebag.job.JobName;
import io.saddlebag.node.Node;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "canceljob",
        mixinStandardHelpOptions = true,
        description = "Ask a job to end. What it had stopped is started, and its unfinished image is no backup.")
final class CanceljobCommand extends NodeCommand {
    @Parameters(paramLabel = "JOB", description = "Its name, e.g. admin/15.")
    String name = "";

    @Override
    int run(Node node, Output output) throws Exception {
        node.jobs().requestCancel(new JobName(name));
        output.line("job " + name + " was asked to end");
        return ExitCode.OK;
    }
}
