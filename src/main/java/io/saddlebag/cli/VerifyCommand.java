package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Job;
import io.saddlebag.node.Node;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Read backups back through the restore path and compare every byte with what was backed up.")
final class VerifyCommand extends NodeCommand {
    @Parameters(paramLabel = "BACKUP", arity = "1..*", description = "Ids from 'saddlebag lsbu'.")
    List<String> backups = new ArrayList<>();

    @Mixin
    PasswordArgument password = new PasswordArgument();

    @Mixin
    PromptArgument prompt = new PromptArgument();

    @Override
    Surroundings.Purpose purpose() {
        return Surroundings.Purpose.WORK;
    }

    @Override
    int run(Node node, Output output) throws Exception {
        List<BackupId> ids = backups.stream().map(BackupId::parse).toList();
        List<Job> jobs = new ArrayList<>();
        password.with(node, root().surroundings().terminal(), asked -> {
            for (BackupId id : ids) {
                jobs.add(asked.during(() -> node.restores().verify(id, user(), prompt.prompt())));
            }
            return ExitCode.OK;
        });
        int code = new JobReporter(output, json()).report(jobs);
        return code == ExitCode.FAILED ? ExitCode.FINDINGS : code;
    }
}
