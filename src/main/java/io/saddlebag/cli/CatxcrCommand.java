package io.saddlebag.cli;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobName;
import io.saddlebag.node.Node;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "catxcr", mixinStandardHelpOptions = true, description = "Print a job's transcript.")
final class CatxcrCommand extends NodeCommand {
    @Parameters(paramLabel = "JOB", description = "Its name, e.g. admin/15.")
    String name = "";

    @Override
    int run(Node node, Output output) throws Exception {
        JobName job = new JobName(name);
        if (node.jobs().find(job).isEmpty()) {
            throw new BackupException(
                    JobFault.NO_SUCH_JOB, "there is no job " + name, "'saddlebag lsjob' lists all jobs.");
        }
        try (Stream<String> lines = node.transcripts().lines(job)) {
            if (json()) {
                output.json(lines.toList());
            } else {
                lines.forEach(output::line);
            }
        }
        return ExitCode.OK;
    }
}
