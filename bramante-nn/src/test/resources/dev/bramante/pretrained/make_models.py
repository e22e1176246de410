"""Makes the small models beside this file, with transformers 5.18 and PyTorch 2.13.

Run in this folder: python make_models.py
"""
import json
import os
import shutil

import onnx
import torch
from transformers import (BertConfig, BertForMaskedLM, BertModel, BertTokenizer, ViTConfig,
                          ViTForImageClassification)

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "cat", "dog", "sits", "barks", "out", "##side",
         "in", "loud", "##ly", ".", ","]
TEXTS = ["The cat sits outside.", "A dog barks loudly, in the", "cat"]


def randomize(model, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn_like(p) * (0.4 if p.dim() > 1 else 0.2) + (1 if p.dim() == 1 else 0) * 0.3)
    return model.eval()


def numbers(t):
    return [round(float(x), 7) for x in t.flatten()]


def bert():
    config = BertConfig(vocab_size=len(WORDS), hidden_size=12, num_hidden_layers=2, num_attention_heads=3,
                        intermediate_size=20, max_position_embeddings=16, layer_norm_eps=1e-6, hidden_act="gelu_new")
    model = randomize(BertForMaskedLM(config), 1)
    shutil.rmtree("bert", ignore_errors=True)
    model.save_pretrained("bert", safe_serialization=True)
    with open("bert/vocab.txt", "w") as f:
        f.write("\n".join(WORDS) + "\n")
    tokenizer = BertTokenizer("bert/vocab.txt")
    batch = [tokenizer(t)["input_ids"] for t in TEXTS]
    longest = max(map(len, batch))
    ids = torch.tensor([b + [0] * (longest - len(b)) for b in batch])
    mask = (ids != 0).long()
    with torch.no_grad():
        hidden = model.bert(ids, attention_mask=mask).last_hidden_state
        logits = model(ids, attention_mask=mask).logits
    mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
    expected = {"texts": TEXTS, "ids": batch, "cls": numbers(hidden[:, 0]), "mean": numbers(mean),
                "normalized": numbers(torch.nn.functional.normalize(mean)), "logits0": numbers(logits[0, :len(batch[0])])}
    json.dump(expected, open("bert/expected.json", "w"))
    onnx_file("bert-onnx", BertModel(config), model.bert.state_dict(), ids, mask)
    # By PyTorch's own function, which ONNX has a node for since version 20.
    config.hidden_act = "gelu_pytorch_tanh"
    onnx_file("bert-onnx-gelu", BertModel(config), model.bert.state_dict(), ids, mask)


class Whole(torch.nn.Module):
    """What exporters see: the vectors of tokens."""

    def __init__(self, bert):
        super().__init__()
        self.bert = bert

    def forward(self, ids, mask):
        return self.bert(ids, attention_mask=mask).last_hidden_state


def onnx_file(folder, base, state, ids, mask):
    """The same model without its configuration, as in the artifact of all-MiniLM-L6-v2."""
    base.load_state_dict(state, strict=False)
    base.config._attn_implementation = "eager"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    axes = {0: "n", 1: "t"}
    torch.onnx.export(Whole(base).eval(), (ids, mask), f"{folder}/bert.onnx", dynamo=False,
                      input_names=["ids", "mask"], dynamic_axes={"ids": axes, "mask": axes})
    model = onnx.load(f"{folder}/bert.onnx")
    for node in model.graph.node:
        node.doc_string = ""
    onnx.save(model, f"{folder}/bert.onnx")
    vocab = {word: i for i, word in enumerate(WORDS)}
    special = [{"id": i, "content": WORDS[i], "special": True, "normalized": False} for i in range(5)]
    json.dump({"version": "1.0", "added_tokens": special,
               "normalizer": {"type": "BertNormalizer", "lowercase": True},
               "pre_tokenizer": {"type": "BertPreTokenizer"},
               "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 2], "sep": ["[SEP]", 3]},
               "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                         "max_input_chars_per_word": 100, "vocab": vocab}}, open(f"{folder}/bert-tokenizer.json", "w"))


def vit():
    config = ViTConfig(hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20, image_size=12,
                       patch_size=4, layer_norm_eps=1e-5, num_labels=3,
                       id2label={0: "cat", 1: "dog", 2: "boot"}, label2id={"cat": 0, "dog": 1, "boot": 2})
    model = randomize(ViTForImageClassification(config), 2)
    shutil.rmtree("vit", ignore_errors=True)
    model.save_pretrained("vit", safe_serialization=True)
    json.dump({"do_resize": True, "size": {"height": 12, "width": 12}, "resample": 2, "do_rescale": True,
               "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5, 0.5, 0.5],
               "image_std": [0.5, 0.5, 0.5], "image_processor_type": "ViTImageProcessor"},
              open("vit/preprocessor_config.json", "w"))
    def picture(side):
        i = torch.arange(3 * side * side).reshape(1, 3, side, side)
        return ((i * 37) % 101).float() / 50 - 1
    with torch.no_grad():
        a = model(picture(12)).logits
        b = model(picture(20), interpolate_pos_encoding=True).logits
    json.dump({"logits": numbers(a), "larger": numbers(b)}, open("vit/expected.json", "w"))


if __name__ == "__main__":
    bert()
    vit()
