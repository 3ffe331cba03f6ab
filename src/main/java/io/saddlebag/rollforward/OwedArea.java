package io.saddlebag.rollforward;

import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which a recovery collects its journals, and the debt to remove it, which is recorded before it is made. One thread, one
 * recovery.
 */
final class OwedArea {
    private final RecoverServices services;
    private final RecoverRequest request;
    private final Function<String, Path> usual;
    private @Nullable Collected content;
    private @Nullable JobRun job;
    private @Nullable Obligation debt;

    /** @param usual where the folder of that name is when neither the request nor the configuration says it */
    OwedArea(RecoverServices services, RecoverRequest request, Function<String, Path> usual) {
        this.services = services;
        this.request = request;
        this.usual = usual;
    }

    /**
     * Not made yet, and owed by that job.
     *
     * @param bytes of what is to be collected, as far as it is known
     */
    Collected owedBy(JobRun owing, long bytes) throws IOException {
        Collected into = new Collected(place(owing.name().value().replace('/', '-')), services);
        into.requireRoom(bytes);
        debt = owing.owe(
                Recoveries.REMOVE,
                Map.of(
                        Recoveries.DATABASE,
                        request.database(),
                        Recoveries.PLACE,
                        into.area().toString()));
        job = owing;
        content = into;
        return into;
    }

    private Path place(String name) throws IOException {
        Path given = request.area();
        if (given != null) {
            return given.toAbsolutePath().normalize();
        }
        return services.areas()
                .of(request.database())
                .map(folder -> folder.resolve(name))
                .orElseGet(() -> usual.apply(name));
    }

    Collected content() {
        return Objects.requireNonNull(content, "nothing is collected yet, or no more");
    }

    /** Idempotent. */
    void remove() throws IOException {
        Collected there = content;
        JobRun owing = job;
        Obligation owed = debt;
        if (there != null) {
            Collected.remove(services.restoring().files(), there.area());
        }
        if (owing != null && owed != null) {
            owing.settle(owed);
        }
        content = null;
        debt = null;
    }
}
