package io.saddlebag.cli;

import io.saddlebag.job.JobName;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.node.Node;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rpyjob",
        mixinStandardHelpOptions = true,
        description = "Answer what a job asks, in whichever process it runs. 'saddlebag lsjob' shows what jobs ask.",
        footerHeading = "%nExample:%n",
        footer = "  saddlebag rpyjob admin/15 --retry")
final class RpyjobCommand extends NodeCommand {
    @Parameters(paramLabel = "JOB", description = "Its name, e.g. admin/15.")
    String name = "";

    @Option(
            names = "--request",
            paramLabel = "NUMBER",
            description = "Which one, when the job asks for several things.")
    @Nullable
    Integer request;

    @ArgGroup(multiplicity = "1")
    Answer answer = new Answer();

    /** One of them. */
    static final class Answer {
        @Option(
                names = "--retry",
                description =
                        "It may be there now: look again. Where a label is in question: not this volume, look for another.")
        boolean retry;

        @Option(names = "--accept", description = "Take the volume in spite of its label.")
        boolean accept;

        @Option(names = "--abort", description = "Give up: the job fails, and says who gave up.")
        boolean abort;

        OperatorRequest.Reply reply() {
            if (accept) {
                return OperatorRequest.Reply.ACCEPT;
            }
            return retry ? OperatorRequest.Reply.RETRY : OperatorRequest.Reply.ABORT;
        }
    }

    @Override
    int run(Node node, Output output) throws Exception {
        OperatorRequest answered = node.jobs()
                .reply(
                        new JobName(name),
                        request,
                        Objects.requireNonNull(answer).reply(),
                        user());
        if (json()) {
            output.json(RequestView.of(answered));
        } else {
            output.line("job " + name + ", request " + answered.number() + " ("
                    + answered.question().wanted() + ") is answered: "
                    + answer.reply().display());
        }
        return ExitCode.OK;
    }
}
