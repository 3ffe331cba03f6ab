package io.saddlebag.volume;

import java.time.Instant;
import java.util.List;

/**
 * What the labels of an image say of it (M8).
 *
 * @param imageId unique in the domain, at most 36 characters
 * @param name of the dataset or database
 * @param job display name of the job that wrote it
 * @param layers from the inside to the outside, e.g. {@code [tar, zstd]} (M1)
 */
public record ImageToStore(
        String imageId, String name, String job, String owner, String host, List<String> layers, Instant created) {
    public ImageToStore {
        layers = List.copyOf(layers);
    }
}
