package dev.bramante.cpu.gemm;

/**
 * What the gradients of a convolution under a max-pooling are computed from, and where they go.
 *
 * @param result the convolution's result [N, OH, OW, O], which was pooled
 * @param pooled its maxima [N, PH, PW, O]
 * @param gradient the gradient of the maxima
 * @param images what was convolved [N, H, W, C]; needed for dw
 * @param weight the weights [KH, KW, C, O]; needed for dx
 * @param dw the gradient of the weights, or {@link Span#NONE}
 * @param dx the gradient of the images, or {@link Span#NONE}
 */
public record PoolConvOperands(
    Span result, Span pooled, Span gradient, Span images, Span weight, Span dw, Span dx) {}
