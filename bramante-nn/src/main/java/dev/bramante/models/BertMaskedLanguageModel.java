package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Initializer.Constant;
import dev.bramante.nn.Layer;
import dev.bramante.nn.LayerNorm;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;
import dev.bramante.nn.Parameter;
import dev.bramante.tensor.Shape;

/**
 * BERT with the head that says which words stood at masked positions (Devlin et al. 2018, section
 * 3.1): one more layer, and a read-out that is the embedding of words again, with a bias of its
 * own.
 */
public record BertMaskedLanguageModel(
    Bert bert,
    @Named("cls.predictions.transform.dense") Linear transform,
    Activation activation,
    @Named("cls.predictions.transform.LayerNorm") LayerNorm norm,
    @Named("cls.predictions.bias") Parameter bias)
    implements Layer {
  /** With weights that are random in BERT's way. */
  public BertMaskedLanguageModel(Bert.Sizes sizes) {
    this(
        new Bert(sizes),
        Bert.linear(sizes.width(), sizes.width()),
        sizes.activation(),
        new LayerNorm(sizes.width(), sizes.epsilon()),
        new Parameter(Shape.of(sizes.words()), new Constant(0)));
  }

  @Override
  public Value forward(Value ids) { //                                   [N, T]
    Value x = bert.forward(ids); //                                      [N, T, D]
    x = norm.forward(activation.forward(transform.forward(x))); //       [N, T, D]
    return bert.embeddings().words().readout(x).plus(bias.in(x)); //     [N, T, words]
  }
}
